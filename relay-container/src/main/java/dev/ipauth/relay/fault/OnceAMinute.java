package dev.ipauth.relay.fault;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * For a line of the process's own log that is said once a minute at most, however often there is
 * reason to: what is out of order would otherwise write one for each device. Thread-safe.
 */
public final class OnceAMinute {
  private static final long PAUSE = TimeUnit.MINUTES.toNanos(1);

  private final AtomicLong said = new AtomicLong(System.nanoTime() - PAUSE);

  /** Whether to say it now; whoever hears so says it. */
  public boolean isDue() {
    long now = System.nanoTime();
    long before = said.get();
    return now - before >= PAUSE && said.compareAndSet(before, now);
  }
}
