package dev.ipauth.relay.smtp;

/** What nearly everything said in SMTP is made of. Looked at in loops, because every line is. */
public final class Ascii {
  private static final int LAST = 127;

  private Ascii() {}

  /** Whether no character is above 127. */
  public static boolean is(String text) {
    int at = 0;
    while (at < text.length() && text.charAt(at) <= LAST) {
      at++;
    }
    return at == text.length();
  }

  /** Whether all of it can be seen, or is a space: 32 to 126. */
  public static boolean isPrintable(String text) {
    int at = 0;
    while (at < text.length() && text.charAt(at) >= ' ' && text.charAt(at) < LAST) {
      at++;
    }
    return at == text.length();
  }
}
