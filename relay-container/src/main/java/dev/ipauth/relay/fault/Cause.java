package dev.ipauth.relay.fault;

import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** Why something failed, as the failure itself says it. */
public final class Cause {
  private static final String UNKNOWN = "no details are known";

  private Cause() {}

  /** What the failure says, and what the one behind it does. */
  public static String inWords(Throwable failure) {
    String said = words(failure);
    Throwable behind = failure.getCause();
    String more = behind == null ? said : words(behind);
    return said.contains(more) ? said : said + ": " + more;
  }

  static String words(Throwable failure) {
    String message = failure.getMessage();
    return switch (failure) {
      case NoSuchFileException missing -> missing.getFile() + " isn't there";
      case AccessDeniedException denied -> denied.getFile() + " may not be used by this process";
      default -> message == null ? UNKNOWN : oneLine(message);
    };
  }

  static String oneLine(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }
}
