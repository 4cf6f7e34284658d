package dev.ipauth.relay.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The invariant against a table whose truth changes, in any order of events. */
class FreshCacheRaceTest {
  private static final Duration TTL = Duration.ofNanos(50);

  /**
   * Several keys of one truth, so that reads ahead take part. One thread, one clock, and every
   * order of asking, writing, reading, ending, failing and stalling that a seed can think of: here
   * "the moment it is given" is exact.
   */
  @ParameterizedTest
  @ValueSource(ints = {20, 50, 80})
  void noAnswerIsFromBeforeAChangeThatIsOlderThanTheTtl(int timeout) {
    for (int seed = 0; seed < 300; seed++) {
      var simulation = new Simulation(seed, Duration.ofNanos(timeout));
      simulation.run(400);
      assertEquals(List.of(), simulation.stale, "seed " + seed);
      assertTrue(simulation.given > 0, "nothing was ever answered");
    }
  }

  private static final class Simulation {
    private final Random random;
    private final HandClock clock = new HandClock();
    private final FreshCache<String, Integer> cache;
    private final List<PendingRead> pending = new ArrayList<>();
    private final Map<Integer, Long> replacedAt = new HashMap<>();
    private final List<String> stale = new ArrayList<>();
    private final boolean sleeps;
    private long asleep = 0;
    private int truth;
    private int given;

    private record PendingRead(int value, CompletableFuture<Integer> result) {}

    Simulation(int seed, Duration timeout) {
      random = new Random(seed);
      sleeps = random.nextBoolean();
      cache =
          new FreshCache<>(
              _ -> read(),
              _ -> 1,
              new FreshCache.Bounds(TTL, timeout, 10, 10),
              clock,
              new CountingMeter());
    }

    private CompletableFuture<Integer> read() {
      pending.add(new PendingRead(truth, new CompletableFuture<>()));
      return pending.getLast().result();
    }

    void run(int events) {
      for (int i = 0; i < events; i++) {
        switch (random.nextInt(7)) {
          case 0 -> replacedAt.put(truth++, time());
          case 1 -> clock.advance(Duration.ofNanos(random.nextInt(40)));
          case 4 -> disturbTheClocks();
          case 2, 3 -> finishARead();
          default -> cache.get("key" + random.nextInt(3)).thenAccept(this::check);
        }
      }
    }

    /** What has really passed: the monotonic clock's time and that of the machine's sleep. */
    private long time() {
      return clock.nanos() + asleep;
    }

    /**
     * The machine sleeps, or its clock is set forth or back; but no clock that was set back hides a
     * sleep.
     */
    private void disturbTheClocks() {
      Duration by = Duration.ofNanos(random.nextInt(60));
      if (sleeps) {
        asleep += by.toNanos();
        clock.suspend(by);
      } else if (random.nextBoolean()) {
        clock.suspend(by);
      } else {
        clock.setBack(by);
      }
    }

    /** Any of them, in any order: also one that was given up long ago. */
    private void finishARead() {
      if (!pending.isEmpty()) {
        var read = pending.remove(random.nextInt(pending.size()));
        if (random.nextInt(5) == 0) {
          read.result().completeExceptionally(new IllegalStateException("throttled"));
        } else {
          read.result().complete(read.value());
        }
      }
    }

    private void check(int value) {
      given++;
      long late = time() - replacedAt.getOrDefault(value, time());
      if (late >= TTL.toNanos()) {
        stale.add(value + " was given " + late + " ns after its end");
      }
    }
  }

  /** Threads and a real clock: an answer was true less than the TTL before it was asked for. */
  @Test
  void noAnswerIsStaleUnderThreads() throws Exception {
    var ttl = Duration.ofMillis(2);
    var table = new ChangingTable();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var cache =
          new FreshCache<String, Integer>(
              _ -> CompletableFuture.supplyAsync(table::read, threads),
              _ -> 1,
              new FreshCache.Bounds(ttl, ttl, 10, 10),
              LookupClock.system(threads),
              new CountingMeter());
      var askers = new ArrayList<Future<Integer>>();
      for (int i = 0; i < 8; i++) {
        askers.add(threads.submit(() -> table.askUntilItEnds(cache, ttl)));
      }
      table.changeOften();
      int answers = 0;
      for (var asker : askers) {
        answers += asker.get();
      }
      assertTrue(answers > 0, "nothing was ever answered");
    }
  }

  private static final class ChangingTable {
    private static final int CHANGES = 300;
    private final AtomicInteger truth = new AtomicInteger();
    private final AtomicLongArray replacedAt = new AtomicLongArray(CHANGES + 1);

    int read() {
      pause();
      int value = truth.get();
      pause();
      return value;
    }

    void changeOften() {
      for (int i = 0; i < CHANGES; i++) {
        pause();
        truth.incrementAndGet();
        replacedAt.set(i, System.nanoTime());
      }
    }

    /** Returns how many answers it got, which is one at least. */
    int askUntilItEnds(FreshCache<String, Integer> cache, Duration ttl) {
      int answers = 0;
      while (answers == 0 || truth.get() < CHANGES) {
        long asked = System.nanoTime();
        int value =
            cache
                .get("key")
                .<Integer>handle((v, _) -> v == null ? -1 : v)
                .toCompletableFuture()
                .join();
        if (value >= 0) {
          answers++;
          long replaced = replacedAt.get(value);
          assertTrue(replaced == 0 || asked - replaced < ttl.toNanos(), "stale by the TTL or more");
        }
      }
      return answers;
    }

    private static void pause() {
      LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(500_000));
    }
  }

  @Test
  void threadsThatAskAtOnceCostOneRead() throws Exception {
    var reads = new AtomicInteger();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var cache =
          new FreshCache<Integer, Integer>(
              key -> {
                reads.incrementAndGet();
                return CompletableFuture.supplyAsync(() -> key, threads);
              },
              _ -> 1,
              new FreshCache.Bounds(Duration.ofHours(1), Duration.ofHours(1), 10_000, 10_000),
              LookupClock.system(threads),
              new CountingMeter());
      var start = new CyclicBarrier(16);
      var askers = new ArrayList<Future<Integer>>();
      for (int i = 0; i < 16; i++) {
        askers.add(threads.submit(() -> askForAll(cache, start)));
      }
      for (var asker : askers) {
        assertEquals(1_000, asker.get());
      }
    }
    assertEquals(1_000, reads.get());
  }

  private static int askForAll(FreshCache<Integer, Integer> cache, CyclicBarrier start)
      throws Exception {
    start.await();
    int right = 0;
    for (int key = 0; key < 1_000; key++) {
      right += cache.get(key).toCompletableFuture().get() == key ? 1 : 0;
    }
    return right;
  }
}
