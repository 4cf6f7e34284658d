package dev.ipauth.relay.onward;

/**
 * How much the next hop takes from one relay, 0 for any amount.
 *
 * @param connections at once
 * @param perMinute messages in any 60 seconds
 */
public record Pace(int connections, int perMinute) {
  public static final Pace UNLIMITED = new Pace(0, 0);
}
