package dev.ipauth.relay.message;

import dev.ipauth.tables.IpAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the trace fields of one message tell (RFC 5321 section 4.4).
 *
 * @param hostname this relay's
 * @param ip the device's
 * @param helo what the device called itself, which can be anything at all
 * @param protocol one of RFC 3848's words, or RFC 6531's
 * @param tls the TLS version, null in the clear
 * @param id the transaction's
 */
public record Trace(
    String hostname,
    IpAddress ip,
    String helo,
    String protocol,
    @Nullable String tls,
    String id,
    Instant now) {
  private static final int LONGEST_DOMAIN = 254;
  private static final int LONGEST_LITERAL = 52;
  private static final int LONGEST_QUOTED = 100;

  String received() {
    String encrypted = tls == null ? "" : " (" + tls + ")";
    return ("Received: from " + from() + "\r\n\tby " + hostname + " with " + protocol + encrypted)
        + ("\r\n\tid " + id + ";\r\n\t" + MessageDate.of(now) + "\r\n");
  }

  String messageId() {
    return "Message-ID: <" + id + "@" + hostname + ">\r\n";
  }

  String date() {
    return "Date: " + MessageDate.of(now) + "\r\n";
  }

  private String from() {
    String literal = ip.isIpv4() ? "[" + ip + "]" : "[IPv6:" + ip + "]";
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
