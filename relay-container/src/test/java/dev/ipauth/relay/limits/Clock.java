package dev.ipauth.relay.limits;

import java.time.Duration;
import java.util.function.LongSupplier;

/** A clock that a test moves; it begins below zero, as {@code nanoTime} may. */
final class Clock implements LongSupplier {
  private long now = -1_000_000_000;

  @Override
  public long getAsLong() {
    return now;
  }

  void advance(Duration by) {
    now += by.toNanos();
  }
}
