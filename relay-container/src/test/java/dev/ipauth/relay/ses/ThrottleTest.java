package dev.ipauth.relay.ses;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.ipauth.relay.onward.Failure;
import dev.ipauth.relay.onward.Failure.Kind;
import dev.ipauth.relay.onward.Failure.Stage;
import dev.ipauth.relay.smtp.Replies;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ThrottleTest {
  // It may be anything, and goes on below zero behind the largest number.
  private long nanos = Long.MAX_VALUE - 1;
  private final Throttle throttle = new Throttle(() -> nanos);

  @Test
  void lastsAsLongAsWasAskedFor() {
    assertNull(throttle.answer());
    throttle.asked(Duration.ofSeconds(60));
    nanos += Duration.ofMillis(57_500).toNanos();
    var why =
        new Failure(
            Stage.MAIL,
            Kind.REFUSED_FOR_NOW,
            "Amazon SES has asked the relay to wait, for 3 s more",
            Replies.THROTTLED);
    assertEquals(new SesAnswer(Replies.THROTTLED, why), throttle.answer());
    nanos += Duration.ofMillis(2_500).toNanos();
    assertNull(throttle.answer());
  }
}
