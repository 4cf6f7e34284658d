package dev.ipauth.tables;

import java.net.IDN;
import java.util.regex.Pattern;

/**
 * One email address, as RFC 5321 section 4.1.2 has a mailbox, with the characters of RFC 6531. What
 * can be read in two ways is none: {@code a@x,b@y}, {@code a@b@c}, {@code a@"x"}, {@code a@}.
 *
 * <p>Two addresses are equal when mail to them goes to the same mailbox as far as anybody but its
 * host can tell. Local parts are compared without regard to case, which no host that we know of
 * minds.
 *
 * @param localPart lower case, without quotes and backslashes
 * @param domain lower case, in its ASCII form; or an address literal with its brackets
 */
public record EmailAddress(String localPart, String domain) {
  private static final int LONGEST_DOMAIN = 253;
  private static final int LONGEST_LABEL = 63;

  /** What ASCII has that is neither a space nor a control character, and in no atom. */
  private static final String SPECIALS = "\"(),:;<>@[\\].";

  private static final Pattern QUOTED_STRING =
      Pattern.compile("\"(?:[^\\p{Cntrl}\\p{Zl}\\p{Zp}\ufffd\"\\\\\u0080-\u009f]|\\\\[ -~])*+\"");

  /**
   * Reads an address without angle brackets, a name, or space around it.
   *
   * @throws IllegalArgumentException when it isn't one, with a sentence that says why
   */
  public static EmailAddress parse(String text) {
    int at = text.lastIndexOf('@');
    if (at <= 0) {
      throw new IllegalArgumentException("An address has a name, an @ and a domain.");
    }
    return new EmailAddress(
        canonicalLocalPart(text.substring(0, at)), canonicalDomain(text.substring(at + 1)));
  }

  private static String canonicalLocalPart(String text) {
    if (isDotString(text)) {
      return lowerCase(text);
    }
    if (isWellFormed(text) && QUOTED_STRING.matcher(text).matches()) {
      String content = text.substring(1, text.length() - 1);
      return lowerCase(content.replaceAll("\\\\(.)", "$1"));
    }
    throw new IllegalArgumentException(
        "What stands before the @ can't be read as the name of one mailbox.");
  }

  /** In a loop, because every address in every envelope is looked at. */
  private static boolean isDotString(String text) {
    boolean inAtom = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '.' ? !isAtomText(c) : !inAtom) {
        return false;
      }
      inAtom = c != '.';
    }
    return inAtom && isWellFormed(text);
  }

  /** Half a surrogate pair can be written in JSON, and neither as UTF-8 nor to a next hop. */
  private static boolean isWellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean isPair = i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1));
        if (!isPair) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  /** What isn't UTF-8 is U+FFFD here; spaces that aren't ASCII end an address for some readers. */
  private static boolean isAtomText(char c) {
    if (c < 128) {
      return c > ' ' && c < 127 && SPECIALS.indexOf(c) < 0;
    }
    return c > '\u00a0' && c != '\ufffd' && !Character.isSpaceChar(c);
  }

  /**
   * The one form in which domains are compared: lower case, and {@code xn--} for what isn't ASCII.
   *
   * @throws IllegalArgumentException when it is no domain and no address literal
   */
  public static String canonicalDomain(String text) {
    if (text.startsWith("[") && text.endsWith("]")) {
      return literal(text.substring(1, text.length() - 1));
    }
    String ascii = asciiDomain(text);
    if (ascii.length() > LONGEST_DOMAIN || !isDomain(ascii)) {
      throw new IllegalArgumentException("What stands behind the @ is not a domain.");
    }
    return ascii;
  }

  /**
   * Of labels in lower case. RFC 5321 has no underscores, and many a device's host name has one.
   */
  private static boolean isDomain(String text) {
    int from = 0;
    for (int dot = text.indexOf('.'); dot >= 0; dot = text.indexOf('.', from)) {
      if (!isLabel(text, from, dot, true)) {
        return false;
      }
      from = dot + 1;
    }
    return isLabel(text, from, text.length(), false);
  }

  private static boolean isLabel(String text, int from, int to, boolean underscores) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      boolean atEdge = i == from || i == to - 1;
      if (!isLetterOrDigit(c) && !(c == '-' && !atEdge) && !(c == '_' && underscores)) {
        return false;
      }
    }
    return from < to && to - from <= LONGEST_LABEL;
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  }

  /** RFC 5321 section 4.1.3, such as {@code [192.0.2.1]} or {@code [IPv6:2001:db8::1]}. */
  private static String literal(String text) {
    boolean isIpv6 = text.regionMatches(true, 0, "IPv6:", 0, 5);
    IpAddress address = IpAddress.parse(isIpv6 ? text.substring(5) : text);
    if (isIpv6 == text.indexOf(':', isIpv6 ? 5 : 0) < 0) {
      throw new IllegalArgumentException("Write [192.0.2.1], or [IPv6:2001:db8::1].");
    }
    return address.isIpv4() ? "[" + address + "]" : "[ipv6:" + address + "]";
  }

  /**
   * {@link IDN} knows IDNA 2003 only, which maps one domain to another (ß to ss, soft hyphens to
   * nothing, wide letters to narrow ones): what it would map is no domain here.
   */
  private static String asciiDomain(String text) {
    String lower = lowerCase(text);
    if (isAscii(lower)) {
      return lower;
    }
    String ascii =
        lower.length() > LONGEST_DOMAIN || !isWellFormed(lower)
            ? ""
            : lowerCase(IDN.toASCII(lower));
    return IDN.toUnicode(ascii).equals(lower) ? ascii : "";
  }

  private static boolean isAscii(String text) {
    int at = 0;
    while (at < text.length() && text.charAt(at) < 128) {
      at++;
    }
    return at == text.length();
  }

  /** Nothing that isn't ASCII becomes ASCII: the Kelvin sign is no k. */
  private static String lowerCase(String text) {
    var lower = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      char small = Character.toLowerCase(c);
      lower.append(c < 128 || small >= 128 ? small : c);
    }
    return lower.toString();
  }
}
