package dev.ipauth.relay.onward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NextHopHealthTest {
  private static final Failure UNREACHABLE =
      new Failure(Failure.Stage.CONNECT, Failure.Kind.UNREACHABLE, "nobody listens");

  private final List<Long> distances = new ArrayList<>();
  private final List<Runnable> scheduled = new ArrayList<>();
  private final List<Boolean> changes = new ArrayList<>();
  private final ByHand schedule = new ByHand();
  private boolean isBack;
  private final RecordingEvents events = new RecordingEvents();
  private @Nullable CompletionStage<Boolean> answer;
  private final NextHopHealth health = new NextHopHealth(events, schedule, this::probe);

  NextHopHealthTest() {
    health.listen(changes::add);
  }

  @AfterEach
  void stop() {
    schedule.shutdownNow();
  }

  private CompletionStage<Boolean> probe() {
    return answer == null ? CompletableFuture.completedStage(isBack) : answer;
  }

  @Test
  void twoOpeningsInARow() {
    health.failed(UNREACHABLE);
    health.opened();
    health.failed(UNREACHABLE);
    assertFalse(health.isDown());
    health.failed(UNREACHABLE);
    assertTrue(health.isDown());
    assertEquals(List.of(true), changes);
  }

  private FinalDot dot() {
    return new FinalDot(health);
  }

  @Test
  void threeFinalDotsThoughEachHadAConnectionOfItsOwn() {
    for (int i = 0; i < 3; i++) {
      assertFalse(health.isDown());
      health.opened();
      dot().ambiguous();
    }
    assertTrue(health.isDown());
  }

  @Test
  void anAnswerBetweenBeginsTheCountAnew() {
    dot().ambiguous();
    dot().ambiguous();
    health.answered();
    dot().ambiguous();
    assertFalse(health.isDown());
  }

  @Test
  void threeFinalDotsThatNobodyWaitsForAnyLonger() {
    dot().unanswered();
    dot().unanswered();
    assertFalse(health.isDown());
    dot().unanswered();
    assertTrue(health.isDown());
    assertEquals(List.of(true), changes);
  }

  /** It is listened for until then, and was counted when the device heard that it is kept. */
  @Test
  void aFinalDotThatIsFoundLostLaterCountsOnce() {
    for (int i = 0; i < 2; i++) {
      FinalDot dot = dot();
      dot.unanswered();
      dot.ambiguous();
    }
    assertFalse(health.isDown());
    dot().ambiguous();
    assertTrue(health.isDown());
    assertEquals(
        List.of("ambiguous", "ambiguous", "ambiguous"), events.counted, "messages, all of them");
  }

  /** Those that are listened for yet are others: each message counts by itself. */
  @Test
  void oneThatIsLostAtOnceCountsThoughOthersAreListenedFor() {
    dot().unanswered();
    dot().unanswered();
    assertFalse(health.isDown());
    dot().ambiguous();
    assertTrue(health.isDown());
  }

  @Test
  void aLateAnswerBeginsTheCountAnewToo() {
    dot().unanswered();
    FinalDot listenedFor = dot();
    listenedFor.unanswered();
    health.answered();
    listenedFor.ambiguous();
    dot().ambiguous();
    dot().unanswered();
    assertFalse(health.isDown());
    dot().ambiguous();
    assertTrue(health.isDown());
  }

  /** Else the alarm would be sounded last, and stay on while mail flows. */
  @Test
  void whoeverIsToldSlowlyHearsTheChangesInTheirOrder() throws Exception {
    var isBusy = new CountDownLatch(1);
    var goesOn = new CountDownLatch(1);
    var heard = new CopyOnWriteArrayList<Boolean>();
    health.listen(
        down -> {
          if (down) {
            isBusy.countDown();
            await(goesOn);
          }
          heard.add(down);
        });
    Thread first = Thread.startVirtualThread(this::goDown);
    await(isBusy);

    Thread second = Thread.startVirtualThread(health::opened);
    second.join(Duration.ofSeconds(30));
    goesOn.countDown();

    first.join(Duration.ofSeconds(30));
    assertEquals(List.of(true, false), heard);
    assertEquals(List.of(true, false), changes);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(30, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void probesAtGrowingDistancesUntilItIsBack() {
    health.failed(UNREACHABLE);
    health.failed(UNREACHABLE);
    for (int i = 0; i < 5; i++) {
      scheduled.removeFirst().run();
    }
    assertEquals(List.of(5_000L, 10_000L, 20_000L, 40_000L, 60_000L, 60_000L), distances);
    isBack = true;
    scheduled.removeFirst().run();
    assertFalse(health.isDown());
    assertEquals(List.of(true, false), changes);
    assertEquals(List.of(), scheduled);
  }

  @Test
  void anOutageThatIsOverIsProbedNoFurtherThoughAnotherHasBegun() {
    goDown();
    health.opened();
    goDown();
    List.copyOf(scheduled).forEach(Runnable::run);
    assertEquals(List.of(5_000L, 5_000L, 10_000L), distances);
  }

  @Test
  void aProbeThatWasUnderWayMeanwhileBeginsNoSecondSeries() {
    goDown();
    var slow = new CompletableFuture<Boolean>();
    answer = slow;
    scheduled.removeFirst().run();
    health.opened();
    goDown();
    slow.complete(false);
    assertEquals(List.of(5_000L, 5_000L), distances);
  }

  /** Whoever tells of the first outage still does so when the second begins. */
  @Test
  void anOutageThatBeginsWhileAnotherIsToldOfHasOneSeriesOfProbes() {
    var isFirst = new AtomicBoolean(true);
    health.listen(
        down -> {
          if (down && isFirst.getAndSet(false)) {
            health.opened();
            goDown();
          }
        });
    goDown();
    assertTrue(health.isDown());
    assertEquals(List.of(5_000L), distances);
  }

  @Test
  void aProbeIsNoConnectionOfItsOwn() {
    goDown();
    isBack = true;
    scheduled.removeFirst().run();
    assertEquals(List.of(true, false), changes);
    assertFalse(events.counted.contains("opened"), events.counted.toString());
  }

  @Test
  void whoIsClosedProbesNoMore() {
    goDown();
    health.close();
    var probed = new CompletableFuture<Boolean>();
    answer = probed;
    scheduled.removeFirst().run();
    probed.complete(false);
    health.opened();
    goDown();
    assertEquals(List.of(5_000L), distances);
  }

  private void goDown() {
    health.failed(UNREACHABLE);
    health.failed(UNREACHABLE);
  }

  /** Runs nothing by itself. */
  private final class ByHand extends ScheduledThreadPoolExecutor {
    ByHand() {
      super(0);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
      distances.add(unit.toMillis(delay));
      scheduled.add(task);
      return new Never();
    }
  }

  private static final class Never extends CompletableFuture<Object>
      implements ScheduledFuture<Object> {
    @Override
    public long getDelay(TimeUnit unit) {
      return 0;
    }

    @Override
    public int compareTo(Delayed other) {
      return 0;
    }
  }
}
