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

  static Peer connected(IpAddress ip, @Nullable String tls) {
    return new Peer(ip, null, false, tls);
  }

  Peer calledItself(String name, boolean withEhlo) {
    return new Peer(ip, name, withEhlo, tls);
  }

  /** For logs and trace fields. */
  String heloOrNothing() {
    return helo == null ? "" : helo;
  }
}
