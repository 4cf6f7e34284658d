package dev.ipauth.embedded;

/** The file can't be used; the message is a sentence for the person who runs it. */
public final class UnusableDatabase extends RuntimeException {
  private static final long serialVersionUID = 1;

  UnusableDatabase(String message) {
    super(message);
  }

  UnusableDatabase(String message, Throwable cause) {
    super(message, cause);
  }
}
