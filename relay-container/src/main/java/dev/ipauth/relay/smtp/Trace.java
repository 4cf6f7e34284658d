package dev.ipauth.relay.smtp;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The trace fields of one message (RFC 5321 section 4.4).
 *
 * @param hostname this relay's
 * @param peer the device; what it called itself can be anything at all
 * @param authenticated whether the connection authenticated
 */
record Trace(
    String hostname, Peer peer, boolean authenticated, Transaction transaction, Instant now) {
  private static final Pattern DOMAIN_OR_LITERAL =
      Pattern.compile("[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,252}[A-Za-z0-9])?|\\[[A-Za-z0-9.:]{2,50}]");
  private static final int LONGEST_QUOTED = 100;
  private static final DateTimeFormatter RFC_5322 =
      DateTimeFormatter.ofPattern("EEE, d MMM uuuu HH:mm:ss xx", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  String received() {
    String encrypted = peer.tls() == null ? "" : " (" + peer.tls() + ")";
    return ("Received: from " + from() + "\r\n\tby " + hostname + " with " + protocol() + encrypted)
        + ("\r\n\tid " + transaction.id + ";\r\n\t" + RFC_5322.format(now) + "\r\n");
  }

  String messageId() {
    return "Message-ID: <" + transaction.id + "@" + hostname + ">\r\n";
  }

  String date() {
    return "Date: " + RFC_5322.format(now) + "\r\n";
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
    return DOMAIN_OR_LITERAL.matcher(helo).matches()
        ? helo + " (" + literal + ")"
        : literal + " (HELO " + quoted(helo) + ")";
  }

  /** A quoted string for a comment: printable ASCII without what could end either. */
  private static String quoted(String text) {
    String shortened = text.length() > LONGEST_QUOTED ? text.substring(0, LONGEST_QUOTED) : text;
    return '"' + shortened.replaceAll("[^ -~]|[\"()\\\\]", "?") + '"';
  }
}
