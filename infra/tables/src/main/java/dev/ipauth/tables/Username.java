package dev.ipauth.tables;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * An SMTP user's name, unique across the platform and compared as lower case.
 *
 * @param text 3 to 64 characters of {@code a-z 0-9 . _ - + @}, the first a letter or digit
 */
public record Username(String text) implements Comparable<Username> {
  private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9._+@-]{2,63}");

  /**
   * @throws IllegalArgumentException when it isn't of that form, with a sentence that says so
   */
  public Username {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "A username has 3 to 64 characters of a-z 0-9 . _ - + @ and begins with a letter or digit.");
    }
  }

  /**
   * Reads a name in either case.
   *
   * @throws IllegalArgumentException as the constructor does
   */
  public static Username parse(String text) {
    return new Username(lowerCase(text));
  }

  /** Whether {@link #parse} would take it. A name that isn't one belongs to nobody. */
  public static boolean isUsername(String text) {
    return FORM.matcher(lowerCase(text)).matches();
  }

  // Only ASCII is folded: Unicode folding would make the Kelvin sign a "k" and so a second
  // spelling.
  private static String lowerCase(String text) {
    return text.chars().allMatch(c -> c < 128) ? text.toLowerCase(Locale.ROOT) : text;
  }

  @Override
  public int compareTo(Username other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
