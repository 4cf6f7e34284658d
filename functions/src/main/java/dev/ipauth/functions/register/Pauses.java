package dev.ipauth.functions.register;

/** Pauses that grow and are spread at random, so that those who collided don't again. */
public final class Pauses {
  private static final int FIRST_MILLIS = 20;

  private final int longestMillis;
  private int millis = FIRST_MILLIS;

  /**
   * @param longestMillis what they grow to
   */
  public Pauses(int longestMillis) {
    this.longestMillis = longestMillis;
  }

  /** Waits for one, which takes a millisecond at least. */
  public void pause() throws InterruptedException {
    Thread.sleep(Randoms.pause(millis) + 1L);
    millis = Math.min(2 * millis, longestMillis);
  }
}
