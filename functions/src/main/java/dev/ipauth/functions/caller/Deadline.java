package dev.ipauth.functions.caller;

import io.micronaut.http.HttpRequest;
import java.time.Duration;

/**
 * Until when a request is worked on: one for all its reads, its tries and its pauses. What isn't
 * done by then is answered 503, before whoever asked (API Gateway waits 30 s) has given up.
 */
public final class Deadline {
  /**
   * How long a request may take at most; less where Lambda says that it will end the process
   * sooner. The last call to DynamoDB begins before that, and has a timeout of its own.
   */
  public record AfterRequest(Duration time) {
    public static final AfterRequest USUAL = new AfterRequest(Duration.ofSeconds(8));

    public Deadline begin(HttpRequest<?> request) {
      return within(RemainingTime.of(request));
    }

    Deadline within(Duration remaining) {
      Duration left = remaining.minus(LAST_CALL);
      return in(left.compareTo(time) < 0 ? left : time);
    }
  }

  /** What the last call to DynamoDB may take, and the answer. */
  private static final Duration LAST_CALL = Duration.ofSeconds(6);

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
