package dev.ipauth.relay.queue;

import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * How long to wait between attempts: {@code QUEUE_SCHEDULE}.
 *
 * @param waits after the first attempt, after the second, and so on; the last one repeats
 */
record Schedule(List<Duration> waits) {
  /** Messages that failed together don't come back together. */
  private static final double SPREAD = 0.1;

  Schedule {
    waits = List.copyOf(waits);
    if (waits.isEmpty()) {
      throw new IllegalArgumentException("A schedule needs one wait at least");
    }
  }

  /** None waits longer. */
  Duration longest() {
    long millis = waits.stream().mapToLong(Duration::toMillis).max().orElseThrow();
    return Duration.ofMillis(Math.round(millis * (1 + SPREAD)));
  }

  /**
   * How long to wait after an attempt has ended, within ten percent.
   *
   * @param attempts made so far, 1 or more
   */
  Duration after(int attempts, RandomGenerator random) {
    Duration wait = waits.get(Math.clamp(attempts - 1L, 0, waits.size() - 1));
    double factor = 1 + SPREAD * (2 * random.nextDouble() - 1);
    return Duration.ofMillis(Math.round(wait.toMillis() * factor));
  }
}
