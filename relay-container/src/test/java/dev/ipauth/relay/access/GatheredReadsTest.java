package dev.ipauth.relay.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.fault.AwsFault;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Calls are made when the test says so, one after another. */
class GatheredReadsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  private final HandClock clock = new HandClock();
  private final Deque<Runnable> calls = new ArrayDeque<>();
  private final FakeTable table = new FakeTable();

  /** Every key's row is its name in upper case, but for those that are missing. */
  private static final class FakeTable implements GatheredReads.Table<String> {
    final List<Set<String>> called = new ArrayList<>();
    final Set<String> missing = new TreeSet<>();
    final Set<String> unreadOfMany = new TreeSet<>();
    boolean cut;

    @Override
    public Optional<String> one(String key) {
      return Optional.ofNullable(many(Set.of(key)).found().get(key));
    }

    @Override
    public GatheredReads.Rows<String> many(Set<String> keys) {
      called.add(new TreeSet<>(keys));
      if (cut) {
        throw new UncheckedIOException(new ConnectException("no route to the table"));
      }
      Set<String> unread = keys.size() > 1 ? unreadOfMany : Set.of();
      Map<String, String> found =
          keys.stream()
              .filter(key -> !missing.contains(key) && !unread.contains(key))
              .collect(Collectors.toMap(key -> key, String::toUpperCase));
      return new GatheredReads.Rows<>(found, unread);
    }
  }

  private GatheredReads<String> reads(int callsAtOnce) {
    var bounds = new GatheredReads.Bounds(callsAtOnce, TIMEOUT);
    return new GatheredReads<>(table, bounds, clock, calls::add);
  }

  private void makeCalls() {
    while (!calls.isEmpty()) {
      calls.remove().run();
    }
  }

  @Test
  void aLoneReadGoesAtOnceAndAlone() {
    var answer = reads(1).read("a");
    assertEquals(1, calls.size());
    makeCalls();
    assertEquals(Optional.of("A"), answer.join());
    assertEquals(List.of(Set.of("a")), table.called);
  }

  @Test
  void whatIsAskedForMeanwhileGoesTogether() {
    var reads = reads(1);
    table.missing.add("c");
    var a = reads.read("a");
    var b = reads.read("b");
    var c = reads.read("c");
    var again = reads.read("b");
    assertEquals(1, calls.size());
    makeCalls();
    assertEquals(List.of(Set.of("a"), Set.of("b", "c")), table.called);
    assertEquals(
        List.of(Optional.of("A"), Optional.of("B"), Optional.of("B")),
        List.of(a.join(), b.join(), again.join()));
    assertEquals(Optional.empty(), c.join());
  }

  @Test
  void asManyCallsAreUnderWayAsMayBe() {
    var reads = reads(2);
    var answers = List.of(reads.read("a"), reads.read("b"), reads.read("c"));
    assertEquals(2, calls.size());
    makeCalls();
    assertTrue(answers.stream().allMatch(answer -> answer.join().isPresent()));
  }

  @Test
  void aReadThatCameAfterACallBeganIsNotAnsweredByIt() {
    var reads = reads(1);
    reads.read("a");
    Runnable first = calls.remove();
    var later = reads.read("a");
    first.run();
    assertFalse(later.isDone());
    makeCalls();
    assertEquals(Optional.of("A"), later.join());
    assertEquals(2, table.called.size());
  }

  @Test
  void aHundredAreTheMost() {
    var reads = reads(1);
    var answers = IntStream.range(0, 202).mapToObj(i -> reads.read("k" + i)).toList();
    makeCalls();
    assertEquals(List.of(1, 100, 100, 1), table.called.stream().map(Set::size).toList());
    assertTrue(answers.stream().allMatch(CompletableFuture::isDone));
  }

  @Test
  void aCallThatFailsFailsForAllThatItWasMadeForAndNobodyElse() {
    var reads = reads(1);
    var a = reads.read("a");
    var b = reads.read("b");
    table.cut = true;
    calls.remove().run();
    table.cut = false;
    makeCalls();
    assertInstanceOf(
        UncheckedIOException.class, assertThrows(CompletionException.class, a::join).getCause());
    assertEquals(Optional.of("B"), b.join());
  }

  @Test
  void whatTheTableLeftUnreadIsAskedForAgainAfterAPauseInTheSameTurn() {
    var reads = reads(1);
    table.unreadOfMany.addAll(Set.of("c", "d"));
    reads.read("a");
    var b = reads.read("b");
    var c = reads.read("c");
    reads.read("d");
    makeCalls();
    assertEquals(Optional.of("B"), b.join());
    var later = reads.read("e");
    makeCalls();
    assertFalse(later.isDone(), "a call more than may be under way");
    clock.advance(Duration.ofMillis(25));
    makeCalls();
    table.unreadOfMany.clear();
    clock.advance(Duration.ofMillis(49));
    makeCalls();
    assertFalse(c.isDone(), "no pause");
    clock.advance(Duration.ofMillis(1));
    makeCalls();
    assertEquals(Optional.of("C"), c.join());
    assertEquals(Optional.of("E"), later.join());
    assertEquals(
        List.of(
            Set.of("a"), Set.of("b", "c", "d"), Set.of("c", "d"), Set.of("c", "d"), Set.of("e")),
        table.called);
  }

  @Test
  void whatTheTableNeverReadsIsAnErrorInTheEndAndTheTurnIsFreeAgain() {
    var reads = reads(1);
    table.unreadOfMany.addAll(Set.of("b", "c"));
    reads.read("a");
    var b = reads.read("b");
    reads.read("c");
    makeCalls();
    for (int i = 0; i < 100 && !b.isDone(); i++) {
      clock.advance(Duration.ofMillis(400));
      makeCalls();
    }
    assertInstanceOf(
        AwsFault.Throttled.class, assertThrows(CompletionException.class, b::join).getCause());
    assertTrue(table.called.size() < 20, () -> table.called.size() + " calls");
    var next = reads.read("d");
    makeCalls();
    assertEquals(Optional.of("D"), next.join());
  }

  @Test
  void nobodysReadIsNotMade() {
    var reads = reads(1);
    reads.read("a");
    var late = reads.read("late");
    clock.advance(TIMEOUT);
    var fresh = reads.read("fresh");
    makeCalls();
    assertInstanceOf(
        RejectedExecutionException.class,
        assertThrows(CompletionException.class, late::join).getCause());
    assertEquals(Optional.of("FRESH"), fresh.join());
    assertEquals(List.of(Set.of("a"), Set.of("fresh")), table.called);
  }
}
