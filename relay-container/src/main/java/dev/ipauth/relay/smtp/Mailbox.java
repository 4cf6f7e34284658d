package dev.ipauth.relay.smtp;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ipauth.tables.EmailAddress;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An address in an envelope: one that everybody reads as the same one. */
final class Mailbox {
  private static final int LONGEST = 512;

  // Possessive: a line of nothing but commas would be looked through once for each of them.
  private static final Pattern SEVERAL = Pattern.compile("[^\"@]*+@[^\"@,;]*+[,;][^\"@]*+@.*");

  private Mailbox() {}

  /** RFC 5321 section 4.5.1: the only recipient without a domain. */
  static boolean isPostmaster(String address) {
    return address.equalsIgnoreCase("postmaster");
  }

  /** Why this can't be an address, in words for the device's log; null when it is one. */
  static @Nullable String fault(String text) {
    if (text.getBytes(UTF_8).length > LONGEST) {
      return severalOr("This address is too long", text);
    }
    try {
      EmailAddress.parse(text);
      return null;
    } catch (IllegalArgumentException _) {
      return severalOr("This can't be read as one address, write it as <name@example.com>", text);
    }
  }

  /** Several addresses are never read as one, so nothing that is one is looked at here. */
  private static String severalOr(String fault, String text) {
    return SEVERAL.matcher(text).matches()
        ? "This is more than one address, and only one can stand here"
        : fault;
  }
}
