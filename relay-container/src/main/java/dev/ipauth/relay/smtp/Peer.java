package dev.ipauth.relay.smtp;

import dev.ipauth.tables.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the other end.
 *
 * @param ip where the connection comes from
 * @param helo what it called itself, null before it did
 * @param extended whether it said EHLO
 * @param tls the TLS version, null in the clear
 */
record Peer(IpAddress ip, @Nullable String helo, boolean extended, @Nullable String tls) {
  /** RFC 5321 section 4.5.3.1.2. A stranger can send a line of it, on each connection. */
  private static final int LONGEST_NAME = 255;

  static Peer connected(IpAddress ip, @Nullable String tls) {
    return new Peer(ip, null, false, tls);
  }

  /**
   * Behind STARTTLS, of a device that has said EHLO. What it called itself in the clear doesn't
   * count any more (RFC 3207 section 4.2), but there are devices that don't say it again.
   */
  static Peer afterStartTls(IpAddress ip, String tls) {
    return new Peer(ip, "", true, tls);
  }

  Peer calledItself(String name, boolean withEhlo) {
    String kept = name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "…";
    return new Peer(ip, kept, withEhlo, tls);
  }

  /** RFC 3848 and RFC 6531 section 4.3. */
  String protocol(boolean utf8, boolean byPassword) {
    if (!extended) {
      return "SMTP";
    }
    return (utf8 ? "UTF8SMTP" : "ESMTP") + (tls == null ? "" : "S") + (byPassword ? "A" : "");
  }

  /** For logs and trace fields. */
  String heloOrNothing() {
    return helo == null ? "" : helo;
  }
}
