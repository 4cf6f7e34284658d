package dev.ipauth.tables;

import java.net.IDN;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A sender that an SMTP user may use: a whole address, or {@code @domain} for all of a domain.
 *
 * @param text lower case, the domain in its ASCII form
 */
public record AllowedSender(String text) {
  private static final int LONGEST_ADDRESS = 254;
  private static final Pattern DOMAIN =
      Pattern.compile(
          "(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");
  // RFC 5321's dot-string, with RFC 6531's UTF-8; a device's sender needs no quoted string.
  private static final Pattern LOCAL_PART =
      Pattern.compile(
          "[^\\s\\p{Cntrl}\"(),:;<>@\\[\\\\\\].]+(?:\\.[^\\s\\p{Cntrl}\"(),:;<>@\\[\\\\\\].]+)*");

  /**
   * Reads {@code scans@example.com} or {@code @example.org}.
   *
   * @throws IllegalArgumentException with a sentence that says what to write instead
   */
  public static AllowedSender parse(String text) {
    int at = text.lastIndexOf('@');
    // Allowed in an address, and never what is meant: it would allow nobody.
    if (text.startsWith("*@")) {
      throw new IllegalArgumentException(
          "All of a domain is written without the asterisk, such as @example.com.");
    }
    String canonical = at < 0 ? null : canonical(text, at);
    if (canonical == null) {
      throw new IllegalArgumentException(
          "This is neither an address such as scans@example.com nor a domain such as @example.com.");
    }
    return new AllowedSender(canonical);
  }

  private static @Nullable String canonical(String text, int at) {
    String localPart = text.substring(0, at);
    String domain = asciiDomain(text.substring(at + 1));
    boolean wellFormed =
        DOMAIN.matcher(domain).matches()
            && domain.length() <= 253
            && text.length() <= LONGEST_ADDRESS
            && (localPart.isEmpty() || LOCAL_PART.matcher(localPart).matches());
    return wellFormed ? lowerCase(localPart) + "@" + domain : null;
  }

  /** Whether mail from this address is allowed. Neither side's case matters. */
  public boolean allows(String address) {
    int at = address.lastIndexOf('@');
    if (at < 0) {
      return false;
    }
    String domain = "@" + asciiDomain(address.substring(at + 1));
    return text.startsWith("@")
        ? text.equals(domain)
        : text.equals(lowerCase(address.substring(0, at)) + domain);
  }

  /**
   * The ASCII form, or nothing. {@link IDN} knows IDNA 2003 only, which maps one domain to another
   * (ß to ss, soft hyphens to nothing, wide letters to narrow ones): what it would map is no domain
   * here.
   */
  private static String asciiDomain(String domain) {
    try {
      String ascii = lowerCase(IDN.toASCII(domain));
      boolean wasAscii = ascii.equals(lowerCase(domain));
      return wasAscii || IDN.toUnicode(ascii).equals(lowerCase(domain)) ? ascii : "";
    } catch (IllegalArgumentException e) {
      return "";
    }
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

  @Override
  public String toString() {
    return text;
  }
}
