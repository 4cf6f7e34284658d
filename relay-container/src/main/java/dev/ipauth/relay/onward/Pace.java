package dev.ipauth.relay.onward;

/**
 * How much the next hop takes from one relay, 0 for any amount.
 *
 * @param connections at once
 * @param perMinute messages in any 60 seconds
 */
public record Pace(int connections, int perMinute) {
  public static final Pace UNLIMITED = new Pace(0, 0);

  /** One relay's part of it, which is never nothing: it would be no limit. */
  Pace dividedBy(int relays) {
    return new Pace(part(connections, relays), part(perMinute, relays));
  }

  private static int part(int all, int relays) {
    return all == 0 ? 0 : Math.max(1, all / relays);
  }
}
