package dev.ipauth.relay.operation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ChoresTest {

  @Test
  void aChoreThatFailsIsDoneAgain() throws InterruptedException {
    var thrice = new CountDownLatch(3);
    try (var chores = new Chores()) {
      chores.every(
          Duration.ofMillis(1),
          "Failing, as a test wants it,",
          () -> {
            thrice.countDown();
            if (thrice.getCount() == 2) {
              throw new IllegalStateException("once");
            }
            throw new AssertionError("and with an error, too");
          });
      assertTrue(thrice.await(30, TimeUnit.SECONDS), "it was dropped after a failure");
    }
  }
}
