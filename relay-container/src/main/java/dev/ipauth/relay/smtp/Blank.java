package dev.ipauth.relay.smtp;

/**
 * Space and tab: all that may separate the words of a command. No other control character is passed
 * over, or a command would be taken that another server reads differently.
 */
final class Blank {
  /** One or more, as part of a pattern. */
  static final String SOME = "[ \\t]+";

  private Blank() {}

  static boolean is(char c) {
    return c == ' ' || c == '\t';
  }

  static String strip(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && is(text.charAt(from))) {
      from++;
    }
    while (from < to && is(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  /** The index of the first one, or the text's length. */
  static int indexIn(String text) {
    int at = 0;
    while (at < text.length() && !is(text.charAt(at))) {
      at++;
    }
    return at;
  }
}
