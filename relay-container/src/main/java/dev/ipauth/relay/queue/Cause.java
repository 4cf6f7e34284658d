package dev.ipauth.relay.queue;

import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** Why something failed, in words for an operator, to whom names of Java's classes say nothing. */
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

  private static String words(Throwable failure) {
    String message = failure.getMessage();
    return switch (failure) {
      case NoSuchFileException missing -> missing.getFile() + " isn't there";
      case AccessDeniedException denied -> denied.getFile() + " may not be used by this process";
      default -> message == null ? UNKNOWN : message.replaceAll("\\s+", " ").strip();
    };
  }
}
