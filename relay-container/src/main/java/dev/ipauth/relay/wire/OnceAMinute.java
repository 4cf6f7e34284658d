package dev.ipauth.relay.wire;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** For a line that is said once a minute at most, however often there is reason to. Thread-safe. */
final class OnceAMinute {
  private static final long PAUSE = TimeUnit.MINUTES.toNanos(1);

  private final AtomicLong said = new AtomicLong(System.nanoTime() - PAUSE);

  /** Whether to say it now; whoever hears so says it. */
  boolean isDue() {
    long now = System.nanoTime();
    long before = said.get();
    return now - before >= PAUSE && said.compareAndSet(before, now);
  }
}
