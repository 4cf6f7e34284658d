package dev.ipauth.tables;

import java.time.Duration;
import java.time.Instant;

/**
 * An address that an SMTP user asks for, until somebody at that address agrees. It claims nothing:
 * any number of users may wait for one address.
 *
 * @param code names the request in the link that is opened at the address
 */
public record PendingNomination(IpAddress ip, Instant requestedAt, String code) {
  private static final Duration LIFETIME = Duration.ofHours(24);

  public Instant expiresAt() {
    return requestedAt.plus(LIFETIME);
  }

  /** Whether it waits no longer. */
  public boolean isOver(Instant now) {
    return !now.isBefore(expiresAt());
  }

  /** Without the code, which is nobody's but the account's and whom it is sent to. */
  @Override
  public String toString() {
    return "PendingNomination[ip=%s, requestedAt=%s, code=…]".formatted(ip, requestedAt);
  }
}
