package dev.ipauth.relay.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.exception.SdkClientException;

class DeferredWorkTest {
  private static final Duration SOON = Duration.ofMillis(1);

  private final AtomicInteger tries = new AtomicInteger();
  private final List<Integer> done = new CopyOnWriteArrayList<>();
  private volatile boolean isAway = true;

  @Test
  void aTableThatIsAwayIsAskedOnceInAWhileHoweverMuchWaits() throws InterruptedException {
    long began = System.nanoTime();
    var deferredWork =
        new DeferredWork(Thread::startVirtualThread, new Backoff(SOON, SOON), new UnderWay());
    var all = new CountDownLatch(1000);
    for (int i = 0; i < 1000; i++) {
      deferredWork.add("m", 1, work(i, all));
    }
    while (tries.get() < 20) {
      Thread.onSpinWait();
    }
    int asked = tries.get();
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    assertTrue(asked <= millis + 2, asked + " tries in " + millis + " ms");

    isAway = false;

    assertTrue(all.await(30, TimeUnit.SECONDS));
    assertEquals(IntStream.range(0, 1000).boxed().toList(), done.stream().sorted().toList());
  }

  @Test
  void whatFailsForGoodHoldsUpNothingElse() throws InterruptedException {
    isAway = false;
    var deferredWork =
        new DeferredWork(Thread::startVirtualThread, new Backoff(SOON, SOON), new UnderWay());
    var one = new CountDownLatch(1);
    deferredWork.add(
        "m",
        1,
        () -> {
          if (one.getCount() > 0) {
            throw SdkClientException.create("never");
          }
        });
    deferredWork.add(
        "m",
        1,
        () -> {
          throw new IllegalStateException("a fault of its own");
        });
    deferredWork.add("m", 1, work(1, one));

    assertTrue(one.await(30, TimeUnit.SECONDS));
  }

  @Test
  void itBeginsAnewWhenSomethingComesAfterAll() {
    isAway = false;
    Queue<Runnable> threads = new ArrayDeque<>();
    var deferredWork = new DeferredWork(threads::add, new Backoff(SOON, SOON), new UnderWay());
    var both = new CountDownLatch(2);
    for (int i = 0; i < 2; i++) {
      deferredWork.add("m", 1, work(i, both));
      assertEquals(1, threads.size());
      threads.remove().run();
    }
    assertEquals(List.of(0, 1), done);
  }

  /** A thousand messages of a hundred long addresses each wouldn't fit into the smallest heap. */
  @ParameterizedTest
  @CsvSource({"1, 1000", "5, 1000", "100, 50", "5000, 1"})
  void itIsFullOfManyMessagesAndOfManyRecipients(int recipients, int messages) {
    Queue<Runnable> threads = new ArrayDeque<>();
    var deferredWork = new DeferredWork(threads::add, new Backoff(SOON, SOON), new UnderWay());
    for (int i = 0; i < messages; i++) {
      assertFalse(deferredWork.isFull());
      deferredWork.add("m", recipients, () -> {});
    }
    assertTrue(deferredWork.isFull());
    threads.remove().run();
    assertFalse(deferredWork.isFull());
  }

  private Runnable work(int number, CountDownLatch latch) {
    return () -> {
      tries.incrementAndGet();
      if (isAway) {
        throw SdkClientException.create("The table is away");
      }
      done.add(number);
      latch.countDown();
    };
  }
}
