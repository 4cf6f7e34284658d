package dev.ipauth.relay.queue;

import java.util.concurrent.atomic.AtomicLong;

/** {@code QUEUE_HELD_BYTES}: what all messages that are passing hold in memory together. */
final class HeldBudget {
  private final long bytes;
  private final AtomicLong held = new AtomicLong();

  HeldBudget(long bytes) {
    this.bytes = bytes;
  }

  /** Takes room for that many more, or nothing. */
  boolean take(int more) {
    long after = held.addAndGet(more);
    if (after <= bytes) {
      return true;
    }
    held.addAndGet(-more);
    return false;
  }

  void giveBack(long octets) {
    held.addAndGet(-octets);
  }

  /** How much is held now. */
  long held() {
    return held.get();
  }
}
