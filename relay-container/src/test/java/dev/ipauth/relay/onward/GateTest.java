package dev.ipauth.relay.onward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How much is let on, by a clock of the tests' own; only patience is a real timer's. */
class GateTest {
  private static final Duration LONG = Duration.ofHours(1);

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private long now = -Duration.ofSeconds(5).toNanos(); // it may be negative, and pass zero

  @AfterEach
  void close() {
    timer.shutdownNow();
  }

  private Gate gate(int connections, int perMinute) {
    return new Gate(new Pace(connections, perMinute), LONG, timer, () -> now);
  }

  private static CompletableFuture<Pass> ask(Gate gate, Lane lane) {
    return gate.enter(lane).toCompletableFuture();
  }

  /** Enters as long as it may without waiting. */
  private static List<Pass> fill(Gate gate, Lane lane) {
    var passes = new ArrayList<Pass>();
    for (var asked = ask(gate, lane); asked.isDone(); asked = ask(gate, lane)) {
      passes.add(asked.join());
    }
    return passes;
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  @Test
  void soManyAtOnceAndTheNextInTheOrderOfItsComing() {
    Gate gate = gate(3, 0);
    List<Pass> passes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      passes.add(ask(gate, Lane.DEVICES).join());
    }
    var fourth = ask(gate, Lane.DEVICES);
    var fifth = ask(gate, Lane.DEVICES);
    assertFalse(fourth.isDone());
    passes.getFirst().leave();
    passes.getFirst().leave(); // once more is no other place
    assertTrue(fourth.isDone());
    assertFalse(fifth.isDone());
  }

  @Test
  void noWindowOfAMinuteHoldsMoreHoweverLongAMessageTakes() {
    Gate gate = gate(0, 2);
    Pass slow = ask(gate, Lane.DEVICES).join();
    Pass quick = ask(gate, Lane.DEVICES).join();
    quick.count();
    quick.leave();
    var third = ask(gate, Lane.DEVICES);
    pass(Duration.ofSeconds(59));
    slow.count();
    slow.leave();
    assertFalse(third.isDone());
    pass(Duration.ofSeconds(1));
    var fourth = ask(gate, Lane.DEVICES);
    assertTrue(third.isDone(), "the quick one is a minute ago");
    assertFalse(fourth.isDone(), "the slow one went over a second ago");
  }

  @Test
  void aMailThatIsTakenBackDoesntCount() {
    Gate gate = gate(0, 2);
    for (int i = 0; i < 100; i++) {
      ask(gate, Lane.DEVICES).join().leave();
    }
  }

  @Test
  void withoutAQueueDevicesHaveAllAndWithOneTheRest() {
    assertEquals(30, fill(gate(0, 30), Lane.DEVICES).size());
    Gate both = gate(0, 30);
    assertEquals(7, fill(both, Lane.QUEUE).size(), "a quarter");
    assertEquals(23, fill(both, Lane.DEVICES).size(), "the rest");
  }

  @Test
  void theQueueGetsItsQuarterOfWhatDevicesHadAll() {
    Gate gate = gate(4, 0);
    List<Pass> devices = fill(gate, Lane.DEVICES); // and one more device waits
    assertEquals(4, devices.size());
    var queue = ask(gate, Lane.QUEUE);
    devices.getFirst().leave();
    assertTrue(queue.isDone(), "though the device has waited for longer, it has its three");
    assertFalse(ask(gate, Lane.QUEUE).isDone());
  }

  @Test
  void ofOneConnectionBothHaveTheirTurn() {
    Gate gate = gate(1, 0);
    Pass device = ask(gate, Lane.DEVICES).join();
    var queue = ask(gate, Lane.QUEUE);
    pass(Duration.ofSeconds(1));
    var second = ask(gate, Lane.DEVICES);
    device.leave();
    assertTrue(queue.isDone());
    queue.join().leave();
    assertTrue(second.isDone());
  }

  @Test
  void relaysShareAPaceAndNoneHasNothing() {
    assertEquals(new Pace(1, 5), new Pace(3, 30).dividedBy(6));
    assertEquals(Pace.UNLIMITED, Pace.UNLIMITED.dividedBy(6));
  }

  @Test
  void patienceEnds() {
    var gate = new Gate(new Pace(1, 0), Duration.ofMillis(50), timer, System::nanoTime);
    Pass first = ask(gate, Lane.DEVICES).join();
    var failure = assertThrows(CompletionException.class, ask(gate, Lane.DEVICES)::join);
    assertEquals(
        Failure.Kind.PACED, NextHopLost.of(Failure.Stage.CONNECT, failure).failure().kind());
    first.leave();
    ask(gate, Lane.DEVICES).join();
  }
}
