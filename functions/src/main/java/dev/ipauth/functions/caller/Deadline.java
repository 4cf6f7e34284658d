package dev.ipauth.functions.caller;

import java.time.Duration;

/**
 * Until when a request is worked on: one for all its reads, its tries and its pauses. What isn't
 * done by then is answered 503, before whoever asked (API Gateway waits 30 s) has given up.
 */
public final class Deadline {
  /**
   * How long a request may take. The last call to DynamoDB begins before that, and has a timeout of
   * its own.
   */
  public record AfterRequest(Duration time) {
    /** What one machine runs with; Lambda may have less left. */
    public static final AfterRequest USUAL = new AfterRequest(Duration.ofSeconds(8));

    public Deadline begin() {
      return in(time);
    }
  }

  private final long nanos;

  private Deadline(long nanos) {
    this.nanos = nanos;
  }

  public static Deadline in(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos());
  }

  public boolean isOver() {
    return System.nanoTime() - nanos >= 0;
  }
}
