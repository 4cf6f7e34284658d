package dev.ipauth.relay.smtp;

import java.time.Instant;

/**
 * The trace fields of one message (RFC 5321 section 4.4).
 *
 * @param hostname this relay's
 * @param peer the device; what it called itself can be anything at all
 * @param authenticated whether a password decided who sends it, and not the address
 */
record Trace(
    String hostname, Peer peer, boolean authenticated, Transaction transaction, Instant now) {
  private static final int LONGEST_DOMAIN = 254;
  private static final int LONGEST_LITERAL = 52;
  private static final int LONGEST_QUOTED = 100;

  String received() {
    String encrypted = peer.tls() == null ? "" : " (" + peer.tls() + ")";
    return ("Received: from " + from() + "\r\n\tby " + hostname + " with " + protocol() + encrypted)
        + ("\r\n\tid " + transaction.id + ";\r\n\t" + MessageDate.of(now) + "\r\n");
  }

  String messageId() {
    return "Message-ID: <" + transaction.id + "@" + hostname + ">\r\n";
  }

  String date() {
    return "Date: " + MessageDate.of(now) + "\r\n";
  }

  /** RFC 3848 and RFC 6531 section 4.3. */
  private String protocol() {
    if (!peer.extended()) {
      return "SMTP";
    }
    return (transaction.from.utf8() ? "UTF8SMTP" : "ESMTP")
        + (peer.tls() == null ? "" : "S")
        + (authenticated ? "A" : "");
  }

  private String from() {
    String literal = peer.ip().isIpv4() ? "[" + peer.ip() + "]" : "[IPv6:" + peer.ip() + "]";
    String helo = peer.heloOrNothing();
    return isDomain(helo) || isLiteral(helo)
        ? helo + " (" + literal + ")"
        : literal + " (HELO " + quoted(helo) + ")";
  }

  /** Letters, digits, and between them the rest of what names of hosts are made of. */
  private static boolean isDomain(String helo) {
    int last = helo.length() - 1;
    return last >= 0
        && last < LONGEST_DOMAIN
        && (isLetterOrDigit(helo.charAt(0)) || helo.charAt(0) == '_')
        && (last == 0 || isLetterOrDigit(helo.charAt(last)))
        && isMadeOf(helo, 0, last, "._-");
  }

  private static boolean isLiteral(String helo) {
    int last = helo.length() - 1;
    return last > 2
        && last < LONGEST_LITERAL
        && helo.charAt(0) == '['
        && helo.charAt(last) == ']'
        && isMadeOf(helo, 1, last, ".:");
  }

  private static boolean isMadeOf(String text, int from, int to, String besides) {
    int at = from;
    while (at < to && (isLetterOrDigit(text.charAt(at)) || besides.indexOf(text.charAt(at)) >= 0)) {
      at++;
    }
    return at == to;
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  /** A quoted string for a comment: printable ASCII without what could end either. */
  private static String quoted(String text) {
    String shortened = text.length() > LONGEST_QUOTED ? text.substring(0, LONGEST_QUOTED) : text;
    return '"' + shortened.replaceAll("[^ -~]|[\"()\\\\]", "?") + '"';
  }
}
