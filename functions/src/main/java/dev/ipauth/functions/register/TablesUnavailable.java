package dev.ipauth.functions.register;

/** The tables can't be reached, or are too busy; asking again later is right. */
public final class TablesUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1;

  TablesUnavailable(String message, Throwable cause) {
    super(message, cause);
  }

  TablesUnavailable(String message) {
    super(message);
  }
}
