package dev.ipauth.relay.operation;

import dev.ipauth.relay.smtp.Ascii;

/**
 * Text from outside, for a log that a person may read in a terminal: without control characters,
 * and without what reorders, hides or breaks lines; no longer than a line should be.
 */
public final class HarmlessText {
  private static final int LONGEST = 1000;

  private HarmlessText() {}

  public static String of(String text) {
    // Nearly all text is, and need not be made anew.
    return text.length() <= LONGEST && Ascii.isPrintable(text) ? text : madeHarmless(text);
  }

  private static String madeHarmless(String text) {
    var harmless = new StringBuilder(Math.min(text.length(), LONGEST));
    text.codePoints()
        .limit(LONGEST)
        .map(point -> isHarmless(point) ? point : '?')
        .forEach(harmless::appendCodePoint);
    return text.codePointCount(0, text.length()) > LONGEST
        ? harmless.append('…').toString()
        : harmless.toString();
  }

  private static boolean isHarmless(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
