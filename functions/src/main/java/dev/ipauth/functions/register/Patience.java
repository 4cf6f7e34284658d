package dev.ipauth.functions.register;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long a request tries again: some seconds, well under what API Gateway waits, with pauses that
 * grow and are spread at random, so that those who collided don't again.
 */
final class Patience {
  private static final Duration LIMIT = Duration.ofSeconds(8);
  private static final int FIRST_PAUSE_MILLIS = 20;
  private static final int LONGEST_PAUSE_MILLIS = 800;

  private final long begin = System.nanoTime();
  private int longestPause = FIRST_PAUSE_MILLIS;

  boolean isOver() {
    return System.nanoTime() - begin > LIMIT.toNanos();
  }

  /**
   * @throws TablesUnavailable when the process is stopping
   */
  void pause() {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextInt(longestPause) + 1L);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TablesUnavailable("The process is stopping", e);
    }
    longestPause = Math.min(2 * longestPause, LONGEST_PAUSE_MILLIS);
  }
}
