package dev.ipauth.relay.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class FreshCacheTest {
  private static final Duration NANO = Duration.ofNanos(1);
  private static final Duration TTL = Duration.ofSeconds(5);
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  private final HandClock clock = new HandClock();
  private final List<CompletableFuture<String>> reads = new ArrayList<>();
  private final CountingMeter meter = new CountingMeter();
  private FreshCache<String, String> cache = cache(TIMEOUT);

  private FreshCache<String, String> cache(Duration timeout) {
    return new FreshCache<>(
        _ -> {
          reads.add(new CompletableFuture<>());
          return reads.getLast();
        },
        _ -> 1,
        new FreshCache.Bounds(TTL, timeout, 100, 100),
        clock,
        meter);
  }

  private CompletableFuture<String> ask() {
    return cache.get("key").toCompletableFuture();
  }

  @Test
  void anyNumberOfAskersCostOneRead() {
    var answers = List.of(ask(), ask(), ask());
    reads.getFirst().complete("a");
    answers.forEach(answer -> assertEquals("a", answer.join()));
    assertEquals("a", ask().join());
    assertEquals(1, reads.size());
    assertEquals(1, meter.hits.get());
    assertEquals(1, meter.good.get());
  }

  @Test
  void keysAreReadApart() {
    var one = cache.get("one").toCompletableFuture();
    var two = cache.get("two").toCompletableFuture();
    reads.get(1).complete("2");
    assertFalse(one.isDone());
    assertEquals("2", two.join());
  }

  @Test
  void ageCountsFromTheBeginningOfTheReadToTheNanosecond() {
    var _ = ask();
    clock.advance(Duration.ofSeconds(2));
    reads.getFirst().complete("a");
    clock.advance(Duration.ofSeconds(3).minus(NANO));
    assertEquals("a", ask().join());
    clock.advance(NANO);
    assertFalse(ask().isDone(), "five seconds old, and given all the same");
    assertEquals(2, reads.size());
  }

  @Test
  void useDoesNotKeepAnEntryYoung() {
    var _ = ask();
    reads.getFirst().complete("a");
    for (int i = 0; i < 4; i++) {
      clock.advance(Duration.ofSeconds(1));
      assertEquals("a", ask().join());
    }
    clock.advance(Duration.ofSeconds(1));
    assertFalse(ask().isDone());
  }

  @Test
  void anErrorReachesWhoeverAskedAndIsNotRemembered() {
    var first = ask();
    var second = ask();
    reads.getFirst().completeExceptionally(new IllegalStateException("throttled"));
    assertInstanceOf(IllegalStateException.class, failure(first));
    assertInstanceOf(IllegalStateException.class, failure(second));
    var third = ask();
    reads.get(1).complete("a");
    assertEquals("a", third.join());
    assertEquals(1, meter.bad.get());
  }

  @Test
  void aFailingTableStretchesNoEntry() {
    var _ = ask();
    reads.getFirst().complete("a");
    clock.advance(TTL);
    var late = ask();
    reads.get(1).completeExceptionally(new IllegalStateException("cut"));
    assertInstanceOf(IllegalStateException.class, failure(late));
  }

  @Test
  void aStalledReadIsGivenUpAndTheNextAskerReadsAnew() {
    var stalled = ask();
    clock.advance(TIMEOUT.minus(NANO));
    assertFalse(stalled.isDone());
    clock.advance(NANO);
    assertInstanceOf(TimeoutException.class, failure(stalled));
    var next = ask();
    reads.get(1).complete("b");
    assertEquals("b", next.join());
    assertEquals(1, meter.bad.get());
  }

  @Test
  void anOlderReadThatEndsLateReplacesNothing() {
    var _ = ask();
    clock.advance(TIMEOUT);
    var _ = ask();
    reads.get(1).complete("new");
    reads.get(0).complete("old");
    assertEquals("new", ask().join());
  }

  @Test
  void anOlderReadThatEndsWhileANewerIsUnderWayIsForgotten() {
    var _ = ask();
    clock.advance(TIMEOUT);
    var newer = ask();
    reads.get(0).complete("old");
    assertFalse(newer.isDone());
    reads.get(1).complete("new");
    assertEquals("new", newer.join());
  }

  @Test
  void aReadThatTakesAsLongAsAnEntryLivesIsWorthless() {
    cache = cache(Duration.ofMinutes(1));
    var slow = ask();
    clock.advance(TTL);
    assertInstanceOf(TimeoutException.class, failure(slow));
  }

  @Test
  void aReadThatOutlivedItsTimeIsWorthlessThoughNoAlarmRang() {
    clock.loseAlarms();
    var slow = ask();
    clock.advance(TTL);
    reads.getFirst().complete("old");
    assertInstanceOf(TimeoutException.class, failure(slow));
    assertFalse(ask().isDone());
  }

  @Test
  void nobodyJoinsAnOverdueReadThoughNoAlarmRang() {
    clock.loseAlarms();
    var stalled = ask();
    clock.advance(TIMEOUT);
    var next = ask();
    assertEquals(2, reads.size());
    assertInstanceOf(TimeoutException.class, failure(stalled));
    assertFalse(next.isDone());
  }

  @Test
  void aReadThatIsDoneAtOnceIsRememberedToo() {
    var calls = new ArrayList<String>();
    var immediate =
        new FreshCache<String, String>(
            key -> {
              calls.add(key);
              return CompletableFuture.completedFuture("v");
            },
            _ -> 1,
            new FreshCache.Bounds(TTL, TIMEOUT, 100, 100),
            clock,
            meter);
    assertEquals("v", immediate.get("k").toCompletableFuture().join());
    assertEquals("v", immediate.get("k").toCompletableFuture().join());
    assertEquals(List.of("k"), calls);
  }

  @Test
  void whatIsAskedForAgainIsReadWithTheOneThatMustBe() {
    var asked = new ArrayList<String>();
    cache =
        new FreshCache<>(
            key -> {
              asked.add(key);
              return CompletableFuture.completedFuture(key + asked.size());
            },
            _ -> 1,
            new FreshCache.Bounds(TTL, TIMEOUT, 100, 100),
            clock,
            meter);
    List.of("first", "busy", "once", "young").forEach(this::askFor);
    List.of("busy", "young").forEach(this::askFor);
    clock.advance(Duration.ofSeconds(2));
    cache.get("later");
    cache.get("later");
    clock.advance(Duration.ofSeconds(3).minus(NANO));
    assertEquals("busy2", askFor("busy"));
    cache.get("stranger");
    assertEquals(
        List.of("first", "busy", "once", "young", "later", "stranger", "busy", "young"), asked);
    clock.advance(Duration.ofSeconds(4));
    assertEquals("busy7", askFor("busy"));
  }

  private String askFor(String key) {
    return cache.get(key).toCompletableFuture().join();
  }

  @Test
  void aReadAheadThatFailsTakesNothingAway() {
    var _ = ask();
    reads.getFirst().complete("a");
    assertEquals("a", ask().join());
    clock.advance(Duration.ofSeconds(4));
    var _ = cache.get("stranger");
    reads.get(2).completeExceptionally(new IllegalStateException("throttled"));
    assertEquals("a", ask().join());
    clock.advance(Duration.ofSeconds(1));
    assertFalse(ask().isDone());
  }

  @Test
  void whatIsTooOldAlreadyIsNotReadAhead() {
    var _ = ask();
    reads.getFirst().complete("a");
    assertEquals("a", ask().join());
    clock.advance(TTL);
    var _ = cache.get("stranger");
    assertEquals(2, reads.size());
  }

  @Test
  void aMachineThatWasSuspendedGivesNothingThatIsTooOldByTheClockOnTheWall() {
    var _ = ask();
    reads.getFirst().complete("a");
    clock.suspend(TTL.minus(NANO));
    assertEquals("a", ask().join());
    clock.suspend(NANO);
    assertFalse(ask().isDone(), "five seconds old, four of them asleep");
  }

  @Test
  void aClockThatIsSetBackMakesNothingYounger() {
    var _ = ask();
    reads.getFirst().complete("a");
    clock.setBack(Duration.ofHours(1));
    clock.advance(TTL);
    assertFalse(ask().isDone());
  }

  @Test
  void aReadThatWasUnderWayWhileTheMachineSleptIsWorthless() {
    var slow = ask();
    clock.suspend(TTL);
    reads.getFirst().complete("old");
    assertInstanceOf(TimeoutException.class, failure(slow));
  }

  /** A cache of 100 octets whose values say how many they take. */
  private FreshCache<String, Integer> weighed() {
    return new FreshCache<>(
        key -> CompletableFuture.completedFuture(Integer.parseInt(key)),
        octets -> octets,
        new FreshCache.Bounds(TTL, TIMEOUT, 50, 100),
        clock,
        meter);
  }

  @Test
  void theOldestMakeRoomWhenThereIsTooMuch() {
    var weighed = weighed();
    List.of("40", "41", "19").forEach(weighed::get);
    assertEquals(100, weighed.heldOctets());
    weighed.get("30");
    assertEquals(90, weighed.heldOctets());
    weighed.get("41");
    weighed.get("40");
    assertEquals(1, meter.hits.get());
    assertEquals(5, meter.good.get());
  }

  @Test
  void whatTakesLittleCountsSoThatThereAreNotTooMany() {
    var weighed = weighed();
    for (int i = 0; i < 1000; i++) {
      weighed.get("0".repeat(i) + "1");
    }
    assertEquals(100, weighed.heldOctets());
  }

  @Test
  void whatIsTooOldLeavesThoughNobodyAsksAnyMore() {
    var weighed = weighed();
    weighed.get("40");
    clock.advance(Duration.ofSeconds(1));
    weighed.get("41");
    clock.advance(Duration.ofSeconds(4));
    assertEquals(41, weighed.heldOctets());
    clock.advance(TTL);
    assertEquals(0, weighed.heldOctets());
  }

  private static Throwable failure(CompletableFuture<String> answer) {
    assertTrue(answer.isDone(), "still waiting");
    return Objects.requireNonNull(assertThrows(ExecutionException.class, answer::get).getCause());
  }
}
