package dev.ipauth.relay.message;

import java.util.HashMap;
import java.util.Map;

/**
 * The memory that the headers of all messages being read may hold together. Each of ten thousand
 * connections may hold a header, and ten thousand of them don't fit.
 *
 * <p>An account may hold as much as is left free by everybody. So one that takes all it can leaves
 * a half to the others, two leave a third, three a quarter: whoever is over it is refused, and a
 * device of anybody else doesn't notice. (Dynamic thresholds, as in the buffers of network
 * switches: Choudhury and Hahne, 1998.)
 *
 * <p>Thread-safe.
 */
public final class HeaderBudget {
  private final long size;
  private final Map<String, Long> heldOf = new HashMap<>();
  private long held;

  /**
   * @param size in octets; one header may have half of it
   */
  public HeaderBudget(long size) {
    this.size = size;
  }

  /** Octets that are held now. */
  public synchronized long held() {
    return held;
  }

  /** What one message of this account holds: nothing yet. */
  Share share(String accountId) {
    return new Share(accountId);
  }

  private synchronized boolean take(String accountId, int octets) {
    long its = heldOf.getOrDefault(accountId, 0L) + octets;
    if (its > size - held - octets) {
      return false;
    }
    heldOf.put(accountId, its);
    held += octets;
    return true;
  }

  private synchronized void give(String accountId, int octets) {
    heldOf.computeIfPresent(accountId, (_, its) -> its == octets ? null : its - octets);
    held -= octets;
  }

  /** One message's part. Not thread-safe. */
  final class Share {
    private final String accountId;
    private int octets;

    private Share(String accountId) {
      this.accountId = accountId;
    }

    /** Whether there is room for so many octets in all; if so, they are taken. */
    boolean grow(int to) {
      boolean room = take(accountId, to - octets);
      octets = room ? to : octets;
      return room;
    }

    /** Gives all of it back. Saying so twice changes nothing. */
    void release() {
      if (octets > 0) {
        give(accountId, octets);
        octets = 0;
      }
    }
  }
}
