package dev.ipauth.functions.caller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** However many processes count, an account has its rate and not much more. */
class TallyTest {
  private static final int LIMIT = 6_000;

  private final AtomicLong table = new AtomicLong();
  private final AtomicLong writes = new AtomicLong();

  @ParameterizedTest
  @CsvSource({"1, 6000", "2, 6300", "51, 6600", "1000, 6600", "20000, 6600"})
  void neverFewerAndAtMostATenthMore(int processes, int most) {
    List<Tally> tallies = tallies(processes);
    long seed = System.nanoTime();
    Random random = new Random(seed);

    long letIn =
        IntStream.range(0, 20 * LIMIT)
            .filter(_ -> letsIn(tallies.get(random.nextInt(processes))))
            .count();

    assertTrue(letIn >= LIMIT && letIn <= most, letIn + " were let in, seed " + seed);
  }

  @Test
  void aProcessThatAsksAloneSeldomWrites() {
    Tally tally = new Tally(LIMIT);
    for (int i = 0; i < LIMIT; i++) {
      assertTrue(letsIn(tally), i + " were let in");
    }

    assertTrue(writes.get() < 150, writes + " writes");
  }

  @Test
  void whatIsRefusedCostsNoWrites() {
    List<Tally> tallies = tallies(10);
    for (int i = 0; i < 20_000; i++) {
      letsIn(tallies.get(i % 10));
    }
    long before = writes.get();
    for (int i = 0; i < 20_000; i++) {
      letsIn(tallies.get(i % 10));
    }

    assertEquals(before, writes.get());
  }

  @Test
  void concurrentRequestsLoseNothing() throws InterruptedException {
    Tally tally = new Tally(LIMIT);
    AtomicLong letIn = new AtomicLong();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      threads.add(
          Thread.startVirtualThread(
              () ->
                  IntStream.range(0, 1_000)
                      .filter(_ -> letsIn(tally))
                      .forEach(_ -> letIn.incrementAndGet())));
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertTrue(letIn.get() >= LIMIT && letIn.get() <= LIMIT * 11 / 10, letIn + " were let in");
  }

  @Test
  void whatCouldNotBeReportedIsReportedLater() {
    Tally tally = new Tally(LIMIT);
    for (int i = 0; i < 100; i++) {
      letsIn(tally);
    }
    long before = table.get();
    Tally.Standing decided = tally.next();
    while (decided != null) {
      decided = tally.next();
    }
    long report = tally.report();
    tally.failed(report);
    while (table.get() == before) {
      letsIn(tally);
    }

    assertTrue(table.get() >= before + report, "those before the failure are in it");
  }

  private static List<Tally> tallies(int processes) {
    return IntStream.range(0, processes).mapToObj(_ -> new Tally(LIMIT)).toList();
  }

  private boolean letsIn(Tally tally) {
    Tally.Standing decided = tally.next();
    if (decided != null) {
      return decided.allowed();
    }
    long report = tally.report();
    writes.incrementAndGet();
    return tally.reported(report, table.addAndGet(report)).allowed();
  }
}
