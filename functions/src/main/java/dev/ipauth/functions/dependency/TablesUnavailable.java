package dev.ipauth.functions.dependency;

/** The tables can't be reached, or are too busy; asking again later is right. */
public final class TablesUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1;

  public TablesUnavailable(String message, Throwable cause) {
    super(message, cause);
  }

  public TablesUnavailable(String message) {
    super(message);
  }
}
