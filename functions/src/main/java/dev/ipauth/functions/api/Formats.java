package dev.ipauth.functions.api;

/** How the values in bodies are written, for the API's description. */
final class Formats {
  static final String AN_IP_ADDRESS =
      "One IPv4 address in dotted decimal, or one IPv6 address in any form of RFC 4291";
  static final int LONGEST_IP_ADDRESS = 45;
  static final String IP_EXAMPLE = "198.51.100.7";

  static final String A_NETWORK = "An IP address, or a CIDR whose host bits are zero";
  static final int LONGEST_NETWORK = 49;
  static final String NETWORK_EXAMPLE = "192.0.2.0/24";

  static final String A_SENDER = "An email address, or @ and a domain for all of the domain";
  static final int LONGEST_SENDER = 254;
  static final String SENDER_EXAMPLE = "@example.org";

  static final int MOST_ENTRIES = 50;

  /** Either case is taken; answers have it in lower case. */
  static final String USERNAME = "^[A-Za-z0-9][A-Za-z0-9._+@-]{2,63}$";

  static final String STORED_USERNAME = "^[a-z0-9][a-z0-9._+@-]{2,63}$";
  static final String USERNAME_EXAMPLE = "scanner-2f";

  /** No control characters; the formatting characters that are refused, too, are too many. */
  static final String TEXT = "^[^\\x00-\\x1f\\x7f-\\x9f]*$";

  static final String PASSWORD_EXAMPLE = "xkqm7w3hrb9tz2nvp8cy";

  private Formats() {}
}
