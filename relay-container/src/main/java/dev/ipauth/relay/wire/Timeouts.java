package dev.ipauth.relay.wire;

import java.time.Duration;

/**
 * How long a device may take.
 *
 * @param idle saying nothing
 * @param auth for one AUTH
 * @param session for all of a connection
 * @param firstMail from connecting to the first MAIL that is granted, while places are plentiful
 * @param proxyHeader from connecting to the end of the PROXY header, where one is awaited
 */
public record Timeouts(
    Duration idle, Duration auth, Duration session, Duration firstMail, Duration proxyHeader) {
  private static final Duration WHEN_FULL = Duration.ofSeconds(5);
  private static final double PLENTY = 0.5;
  private static final double SHORT = 0.95;

  /**
   * Less when places run short, as Postfix does under stress: whoever holds a place without sending
   * mail gives it up to those who would.
   *
   * @param taken the share of all places that is taken, from 0 to 1
   */
  Duration firstMail(double taken) {
    if (taken <= PLENTY || firstMail.compareTo(WHEN_FULL) <= 0) {
      return firstMail;
    }
    double ease = Math.max(0, (SHORT - taken) / (SHORT - PLENTY));
    double more = ease * firstMail.minus(WHEN_FULL).toMillis();
    return WHEN_FULL.plusMillis((long) more);
  }
}
