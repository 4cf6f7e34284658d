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
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How much is let on, by a clock of the tests' own; only the timeout is a real timer's. */
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
    return ask(gate, lane, "acme");
  }

  private static CompletableFuture<Pass> ask(Gate gate, Lane lane, String account) {
    return gate.enter(lane, account).toCompletableFuture();
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
  void whatWaitsTooLongIsRefused() {
    var gate = new Gate(new Pace(1, 0), Duration.ofMillis(50), timer, System::nanoTime);
    Pass first = ask(gate, Lane.DEVICES).join();
    var failure = assertThrows(CompletionException.class, ask(gate, Lane.DEVICES)::join);
    assertEquals(
        Failure.Kind.PACED, NextHopLost.of(Failure.Stage.CONNECT, failure).failure().kind());
    first.leave();
    ask(gate, Lane.DEVICES).join();
  }

  /** Nobody waits for it; turned away, it would come back behind what was taken later. */
  @Test
  void theQueueWaitsUntilItHasAPlace() {
    var gate = new Gate(new Pace(1, 0), Duration.ofMillis(1), timer, System::nanoTime);
    Pass device = ask(gate, Lane.DEVICES).join();
    var first = ask(gate, Lane.QUEUE);
    var second = ask(gate, Lane.QUEUE);
    // Its timeout ends behind theirs.
    assertThrows(CompletionException.class, ask(gate, Lane.DEVICES)::join);

    device.leave();
    first.join().leave();
    second.join().leave();
  }

  @Test
  void nobodyWaitsBehindAllThatOneAccountHas() {
    Gate gate = gate(2, 0);
    List<Pass> greedy = List.of(device(gate, "greedy").join(), device(gate, "greedy").join());
    var behind = new ArrayList<CompletableFuture<Pass>>();
    IntStream.range(0, 1000).forEach(_ -> behind.add(device(gate, "greedy")));
    var office = device(gate, "office");
    var second = device(gate, "office");
    greedy.getFirst().leave();
    assertTrue(office.isDone(), "though a thousand came before it");
    office.join().leave();
    assertTrue(second.isDone(), "and again: the other account has one on the way");
    second.join().leave();
    assertTrue(behind.getFirst().isDone());
    assertFalse(behind.get(1).isDone());
  }

  @Test
  void whatAnAccountHasSentWithinTheMinuteCountsToo() {
    Gate gate = gate(0, 3);
    for (int message = 0; message < 3; message++) {
      Pass pass = device(gate, "greedy").join();
      pass.count();
      pass.leave();
      pass(Duration.ofSeconds(1));
    }
    var more = device(gate, "greedy");
    var office = device(gate, "office");
    pass(Duration.ofSeconds(58));
    device(gate, "nobody"); // whoever comes looks who may be let in
    assertTrue(office.isDone());
    assertFalse(more.isDone());
  }

  private static CompletableFuture<Pass> device(Gate gate, String account) {
    return ask(gate, Lane.DEVICES, account);
  }

  /** Each leaves as soon as it must give way, as a device's connection does. */
  private static Pass held(Gate gate, String account) {
    Pass pass = device(gate, account).join();
    pass.whenItMustGiveWay(pass::leave);
    return pass;
  }

  private static boolean givesWay(Pass pass) {
    return pass.givesWayTo() != null;
  }

  private Gate withShortTimeout(int connections) {
    return new Gate(new Pace(connections, 0), Duration.ofMillis(50), timer, System::nanoTime);
  }

  /** Devices that send an octet now and then. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 20})
  void whoHasWaitedInVainTakesThePlaceOfTheAccountThatHasMost(int connections) {
    Gate gate = withShortTimeout(connections);
    var greedy = new ArrayList<Pass>();
    IntStream.range(0, connections).forEach(_ -> greedy.add(held(gate, "greedy")));
    device(gate, "office").join();
    assertEquals(List.of(greedy.getFirst()), greedy.stream().filter(GateTest::givesWay).toList());
  }

  @ParameterizedTest
  @CsvSource({"'a', a", "'a a a', a", "'a b', b", "'a b', c", "'a a b', b"})
  void nobodyGivesWayWhereThatWouldBeNoFairer(String holding, String waits) {
    List<String> accounts = List.of(holding.split(" "));
    Gate gate = withShortTimeout(accounts.size());
    List<Pass> passes = accounts.stream().map(account -> held(gate, account)).toList();
    assertThrows(CompletionException.class, device(gate, waits)::join);
    assertTrue(passes.stream().noneMatch(GateTest::givesWay));
  }

  /** Though none has left yet: each would cost somebody a message. */
  @Test
  void oneGivesWayToAnAccountAtATime() {
    Gate gate = withShortTimeout(3);
    List<Pass> greedy = IntStream.range(0, 3).mapToObj(_ -> device(gate, "greedy").join()).toList();
    greedy.getFirst().count(); // its final dot has gone over
    var office = IntStream.range(0, 3).mapToObj(_ -> device(gate, "office")).toList();
    office.forEach(waits -> assertThrows(CompletionException.class, waits::join));
    assertEquals(List.of(greedy.get(1)), greedy.stream().filter(GateTest::givesWay).toList());
  }

  /** Its message was decided upon before it could. */
  @Test
  void whatCanNoLongerGiveWayKeepsNoOtherFromIt() {
    Gate gate = withShortTimeout(2);
    Pass first = device(gate, "greedy").join();
    Pass second = device(gate, "greedy").join();
    assertThrows(CompletionException.class, device(gate, "office")::join);
    first.count();
    assertThrows(CompletionException.class, device(gate, "office")::join);
    assertTrue(givesWay(first) && givesWay(second));
  }

  /** One may be told while its connection is still being opened. */
  @Test
  void whatMustGiveWayDoesSoAsSoonAsItCan() {
    Gate gate = withShortTimeout(1);
    Pass greedy = device(gate, "greedy").join();
    assertThrows(CompletionException.class, device(gate, "office")::join);
    greedy.whenItMustGiveWay(greedy::leave);
    assertTrue(device(gate, "office").isDone());
  }

  @Test
  void whoDoesntGiveWayInTimeCostsNobodyMoreThanThat() {
    Gate gate = withShortTimeout(1);
    device(gate, "greedy").join(); // it waits for an answer to its final dot
    assertThrows(CompletionException.class, device(gate, "office")::join);
  }
}
