package dev.ipauth.relay.ses;

import java.util.regex.Pattern;

/**
 * Addresses as SES takes them: stricter than SMTP. One that it wouldn't take costs a message all of
 * its recipients there, so it is refused before.
 */
final class SesAddress {

  /** RFC 5321's dot-string, and no quoted string. */
  private static final Pattern LOCAL_PART =
      Pattern.compile("[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]++(?:\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]++)*+");

  /** Two labels or more; no address literal. */
  private static final Pattern DOMAIN =
      Pattern.compile(
          "(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)++"
              + "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?");

  private static final int LONGEST_LOCAL_PART = 64;
  private static final int LONGEST_DOMAIN = 253;

  private SesAddress() {}

  static boolean isGood(String address) {
    int at = address.lastIndexOf('@');
    if (at < 0 || at > LONGEST_LOCAL_PART || address.length() - at - 1 > LONGEST_DOMAIN) {
      return false;
    }
    return LOCAL_PART.matcher(address.substring(0, at)).matches()
        && DOMAIN.matcher(address.substring(at + 1)).matches();
  }
}
