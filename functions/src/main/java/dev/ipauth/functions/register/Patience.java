package dev.ipauth.functions.register;

/**
 * One request's tries: with pauses that grow and are spread at random, so that those who collided
 * don't again.
 */
final class Patience {
  private static final int FIRST_PAUSE_MILLIS = 20;
  private static final int LONGEST_PAUSE_MILLIS = 800;

  private final long begin = System.nanoTime();
  private final Endurance endurance;
  private int longestPause = FIRST_PAUSE_MILLIS;

  Patience(Endurance endurance) {
    this.endurance = endurance;
  }

  boolean isOver() {
    return System.nanoTime() - begin > endurance.longest().toNanos();
  }

  /**
   * @throws TablesUnavailable when the process is stopping
   */
  void pause() {
    try {
      Thread.sleep(Randoms.pause(longestPause) + 1L);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TablesUnavailable("The process is stopping", e);
    }
    longestPause = Math.min(2 * longestPause, LONGEST_PAUSE_MILLIS);
  }
}
