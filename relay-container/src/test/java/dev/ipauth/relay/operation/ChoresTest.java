package dev.ipauth.relay.operation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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

  /** A disk that stands still keeps no certificate from being read again. */
  @Test
  void aChoreThatStandsStillStopsNoOther() throws InterruptedException {
    var atIt = new AtomicInteger();
    var most = new AtomicInteger();
    var stands = new CountDownLatch(1);
    var another = new CountDownLatch(5);
    var never = new CountDownLatch(1);
    try (var chores = new Chores()) {
      chores.every(
          Duration.ofMillis(1),
          "Standing still, as a test wants it,",
          () -> {
            most.accumulateAndGet(atIt.incrementAndGet(), Math::max);
            stands.countDown();
            try {
              never.await();
            } catch (InterruptedException _) {
              Thread.currentThread().interrupt();
            }
          });
      assertTrue(stands.await(30, TimeUnit.SECONDS));
      chores.every(Duration.ofMillis(1), "Another", another::countDown);
      assertTrue(another.await(30, TimeUnit.SECONDS), "another waits for it");
      assertEquals(1, most.get());
    }
  }
}
