package dev.ipauth.relay.ses;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HexFormat;

/**
 * A tag of a message, by which SES's events and metrics can be told apart.
 *
 * @param value as it is; see {@link #escaped}
 */
record MessageTag(String name, String value) {
  private static final int LONGEST = 256;

  /**
   * The value in the characters that a tag may have ({@code A-Z a-z 0-9 - _ . @}). Any other, and
   * the underscore itself, is its octets in UTF-8, each as an underscore and two hexadecimal
   * digits, so that no two values look alike.
   */
  String escaped() {
    var escaped = new StringBuilder();
    for (byte octet : value.getBytes(UTF_8)) {
      String next = isPlain(octet) ? "" + (char) octet : "_" + HexFormat.of().toHexDigits(octet);
      if (escaped.length() + next.length() > LONGEST) {
        break;
      }
      escaped.append(next);
    }
    return escaped.toString();
  }

  private static boolean isPlain(byte octet) {
    return (octet >= 'a' && octet <= 'z')
        || (octet >= 'A' && octet <= 'Z')
        || (octet >= '0' && octet <= '9')
        || octet == '-';
  }
}
