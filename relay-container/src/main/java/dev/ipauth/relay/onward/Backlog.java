package dev.ipauth.relay.onward;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The text that waits to be taken by the next hop, on all connections of one event loop together,
 * within a budget: one that reads nothing must not cost the relay its memory, nor the other devices
 * their mail. From half the budget on, a device is read on only when nothing of its text waits any
 * more. When the budget is used up, the connection that the next hop has taken nothing from for
 * longest gives way.
 *
 * <p>Lives on that event loop.
 */
final class Backlog {
  private final long budget;

  /** In octets; first the one that something was taken from longest ago. */
  private final Map<Outflow, Long> waiting = new LinkedHashMap<>();

  private long total;

  /**
   * Nothing waits yet.
   *
   * @param budget octets
   */
  Backlog(long budget) {
    this.budget = budget;
  }

  boolean isHalfUsed() {
    return total > budget / 2;
  }

  /** So much more waits; someone, be it this one, may be given up for it. */
  void add(Outflow outflow, long octets) {
    waiting.merge(outflow, octets, Long::sum);
    total += octets;
    while (total > budget) {
      giveUpEldest();
    }
  }

  private void giveUpEldest() {
    Iterator<Map.Entry<Outflow, Long>> all = waiting.entrySet().iterator();
    Map.Entry<Outflow, Long> eldest = all.next();
    Outflow outflow = eldest.getKey();
    total -= eldest.getValue();
    all.remove();
    outflow.giveWay();
  }

  /** So much of it was taken, or dropped. */
  void remove(Outflow outflow, long octets) {
    Long before = waiting.remove(outflow);
    if (before == null) {
      return; // it has given way
    }
    total -= octets;
    if (before > octets) {
      waiting.put(outflow, before - octets);
    }
  }
}
