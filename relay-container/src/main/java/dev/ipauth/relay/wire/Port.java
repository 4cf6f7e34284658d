package dev.ipauth.relay.wire;

import dev.ipauth.relay.tls.ServerTls;

/**
 * A port that the relay listens on.
 *
 * @param number 1 to 65535, or 0 for any that is free
 */
public record Port(int number, Kind kind) {

  /** How a connection is encrypted there. */
  public enum Kind {
    /** Begins in the clear and offers STARTTLS. */
    STARTTLS,
    /** TLS from the first octet. */
    TLS,
    /** Never offers STARTTLS. */
    PLAIN,
    /** Offers STARTTLS down to TLS 1.0, for devices that know nothing newer. */
    LEGACY_STARTTLS;

    boolean offersStartTls() {
      return this == STARTTLS || this == LEGACY_STARTTLS;
    }

    ServerTls.Versions versions() {
      return this == LEGACY_STARTTLS ? ServerTls.Versions.LEGACY : ServerTls.Versions.MODERN;
    }
  }
}
