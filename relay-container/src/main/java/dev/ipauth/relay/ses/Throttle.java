package dev.ipauth.relay.ses;

import dev.ipauth.relay.onward.Failure;
import dev.ipauth.relay.onward.Failure.Kind;
import dev.ipauth.relay.onward.Failure.Stage;
import dev.ipauth.relay.smtp.Replies;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** For how long SES has asked to be left alone. Thread-safe. */
final class Throttle {
  private final LongSupplier nanoTime;
  private volatile Asked asked;

  private record Asked(long at, Duration pause) {}

  /**
   * It hasn't.
   *
   * @param nanoTime monotonic: a clock that is set back mustn't keep mail from going out
   */
  Throttle(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.asked = new Asked(nanoTime.getAsLong(), Duration.ZERO);
  }

  void asked(Duration pause) {
    asked = new Asked(nanoTime.getAsLong(), pause);
  }

  /** What is said meanwhile; null when there is nothing to wait for. */
  @Nullable SesAnswer answer() {
    Asked last = asked;
    Duration left = last.pause().minusNanos(nanoTime.getAsLong() - last.at());
    if (!left.isPositive()) {
      return null;
    }
    String why =
        "Amazon SES has asked the relay to wait, for " + (left.toSeconds() + 1) + " s more";
    return SesAnswer.of(new Failure(Stage.MAIL, Kind.REFUSED_FOR_NOW, why, Replies.THROTTLED));
  }
}
