package dev.ipauth.functions.register;

import dev.ipauth.functions.caller.Deadline;

/**
 * The pauses between tries, which grow and are spread at random, so that those who collided don't
 * again.
 */
final class Backoff {
  private static final int FIRST_PAUSE_MILLIS = 20;
  private static final int LONGEST_PAUSE_MILLIS = 800;

  private final Deadline deadline;
  private int longestPause = FIRST_PAUSE_MILLIS;

  Backoff(Deadline deadline) {
    this.deadline = deadline;
  }

  /**
   * Waits, unless it is too late for another try.
   *
   * @return false when the deadline is over
   * @throws TablesUnavailable when the process is stopping
   */
  boolean pause() {
    if (deadline.isOver()) {
      return false;
    }
    try {
      Thread.sleep(Randoms.pause(longestPause) + 1L);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TablesUnavailable("The process is stopping", e);
    }
    longestPause = Math.min(2 * longestPause, LONGEST_PAUSE_MILLIS);
    return true;
  }
}
