package dev.ipauth.tables;

/**
 * A sender that an SMTP user may use: a whole address, or {@code @domain} for all of a domain.
 *
 * @param text lower case, the domain in its ASCII form
 */
public record AllowedSender(String text) {
  private static final int LONGEST = 254;

  /**
   * Reads {@code scans@example.com} or {@code @example.org}. A device's sender needs no quoted
   * string and no address literal.
   *
   * @throws IllegalArgumentException with a sentence that says what to write instead
   */
  public static AllowedSender parse(String text) {
    // Allowed in an address, and never what is meant: it would allow nobody.
    if (text.startsWith("*@")) {
      throw new IllegalArgumentException(
          "All of a domain is written without the asterisk, such as @example.com.");
    }
    if (text.length() > LONGEST || text.indexOf('"') >= 0 || text.indexOf('[') >= 0) {
      throw neither();
    }
    try {
      return new AllowedSender(
          text.startsWith("@")
              ? "@" + EmailAddress.canonicalDomain(text.substring(1))
              : canonical(EmailAddress.parse(text)));
    } catch (IllegalArgumentException _) {
      throw neither();
    }
  }

  private static IllegalArgumentException neither() {
    return new IllegalArgumentException(
        "This is neither an address such as scans@example.com nor a domain such as @example.com.");
  }

  /** Whether mail from this address is allowed. What is no address never is. */
  public boolean allows(String address) {
    try {
      return allows(EmailAddress.parse(address));
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  /** Whether mail from this address is allowed. */
  public boolean allows(EmailAddress address) {
    return text.equals("@" + address.domain()) || text.equals(canonical(address));
  }

  private static String canonical(EmailAddress address) {
    return address.localPart() + "@" + address.domain();
  }

  @Override
  public String toString() {
    return text;
  }
}
