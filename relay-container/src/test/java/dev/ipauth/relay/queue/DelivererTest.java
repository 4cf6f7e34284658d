package dev.ipauth.relay.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.tables.QueueDrop;
import dev.ipauth.tables.QueuedMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class DelivererTest {
  private static final Deliverer.Limits LIMITS =
      new Deliverer.Limits(2, Duration.ofMinutes(15), Duration.ofDays(2));

  private final FakeQueueTable table = new FakeQueueTable();
  private final RecordedEvents events = new RecordedEvents();
  private final ConcurrentLinkedQueue<String> tried = new ConcurrentLinkedQueue<>();
  private volatile Instant now = Messages.TAKEN.plusSeconds(60);
  private volatile boolean nextHopIsDown;

  @Test
  void takesUpWhatIsDueAndNothingElse() throws InterruptedException {
    table.put(Messages.due("due", now.minusSeconds(1)));
    table.put(Messages.due("later", now.plusSeconds(1)));

    play(this::deliver);

    assertEquals(List.of("due"), List.copyOf(tried));
  }

  @Test
  void ofTwoRelaysOneMakesTheAttempt() throws InterruptedException {
    table.put(Messages.due("due", now));

    play(this::leaveLeased);
    play(this::leaveLeased);

    assertEquals(List.of("due"), List.copyOf(tried));
  }

  @Test
  void aLeaseThatHasRunOutIsTakenOver() throws InterruptedException {
    table.put(Messages.due("due", now));
    play(this::leaveLeased);
    now = now.plus(Duration.ofMinutes(16));

    play(this::deliver);

    assertEquals(List.of("due", "due"), List.copyOf(tried));
  }

  /** Such a message has perhaps been delivered, whatever its row says. */
  @Test
  void whatThisRelayIsStillAtIsNotTakenUpThoughItsLeaseHasRunOut() throws InterruptedException {
    table.put(Messages.due("due", now));
    play(this::leaveLeased);
    now = now.plus(Duration.ofMinutes(16));
    var underWay = new UnderWay();
    underWay.begin("due");
    Deliverer deliverer = deliverer(this::deliver, () -> false, underWay);

    deliverer.round();
    assertEquals(List.of("due"), List.copyOf(tried));
    underWay.end("due");
    deliverer.round();

    assertTrue(underWay.drain(Duration.ofSeconds(30)));
    assertEquals(List.of("due", "due"), List.copyOf(tried));
  }

  @Test
  void nothingIsTriedWhileTheNextHopIsDown() throws InterruptedException {
    nextHopIsDown = true;
    table.put(Messages.due("due", now));

    play(this::deliver);

    assertEquals(List.of(), List.copyOf(tried));
  }

  @Test
  void aDamagedRowStopsNobodyElse() throws InterruptedException {
    table.put(Messages.due("good", now));
    table.rows.put(
        "bad",
        Map.of(
            "id", AttributeValue.fromS("bad"),
            "shard", AttributeValue.fromS("0"),
            "due", AttributeValue.fromN("0")));

    play(this::deliver);

    assertEquals(List.of("good"), List.copyOf(tried));
    assertTrue(events.lines.getFirst().startsWith("set-aside bad"), events.lines.toString());
  }

  @Test
  void aTableThatIsAwayIsAskedAgain() throws InterruptedException {
    table.put(Messages.due("due", now));
    table.isAway = true;
    play(this::deliver);
    assertEquals(1, events.lines.size());
    table.isAway = false;

    play(this::deliver);

    assertEquals(List.of("due"), List.copyOf(tried));
  }

  @Test
  void theLongestDueGoesFirst() throws InterruptedException {
    for (int i = 0; i < 8; i++) {
      table.put(Messages.due("m" + i, now.minusSeconds(i)));
    }
    var order = new ArrayList<String>();

    play(
        leased -> {
          synchronized (order) {
            order.add(leased.message().id());
          }
          return deliver(leased);
        });

    assertEquals(8, order.size());
    assertTrue(List.of("m7", "m6").contains(order.getFirst()), order::toString);
  }

  @Test
  void whatIsDroppedGoesWithoutAnAttempt() throws InterruptedException {
    table.put(Messages.due("due", now.plusSeconds(900)));
    nextHopIsDown = true;
    assertEquals(Optional.empty(), table.drop("due", QueueDrop.By.ACCOUNT, now));

    play(this::deliver);

    assertEquals(List.of("due dropped by account"), List.copyOf(tried));
    assertEquals(Map.of(), table.rows);
  }

  /**
   * Whoever drops something hears of it in seconds, and what runs out of time is found in a minute.
   */
  @Test
  void whileTheNextHopIsDownWhatIsDroppedIsSoonGone() throws InterruptedException {
    table.put(Messages.due("dropped", now.minusSeconds(600)));
    table.put(Messages.due("waits", now.minusSeconds(600)));
    var underWay = new UnderWay();
    Deliverer deliverer = deliverer(this::deliver, () -> true, underWay);
    Instant next = deliverer.round();
    assertEquals(Optional.empty(), table.drop("dropped", QueueDrop.By.OPERATOR, now));

    now = next;
    deliverer.round();

    assertEquals(List.of("dropped dropped by operator"), List.copyOf(tried));
    assertFalse(next.isAfter(Messages.TAKEN.plusSeconds(70)), next.toString());
    now = Messages.TAKEN.plus(Duration.ofHours(49));
    deliverer.round();
    assertTrue(underWay.drain(Duration.ofSeconds(30)));
    assertTrue(tried.contains("waits"), tried.toString());
  }

  /** However many there are: none of them waits for the look at the next minute. */
  @Test
  void whileTheNextHopIsDownAllThatRunsOutOfTimeIsTriedAtOnce() throws InterruptedException {
    for (int i = 0; i < 100; i++) {
      table.put(Messages.due("m" + i, Messages.TAKEN));
    }
    now = Messages.TAKEN.plus(Duration.ofHours(49));
    var underWay = new UnderWay();
    Deliverer deliverer = deliverer(this::deliver, () -> true, underWay);

    for (int round = 0; round < 30; round++) {
      deliverer.round();
    }

    assertTrue(underWay.drain(Duration.ofSeconds(30)));
    assertEquals(100, tried.size());
  }

  @Test
  void whileTheNextHopIsDownAllThatIsDroppedIsSoonGone() {
    for (int i = 0; i < 200; i++) {
      table.put(Messages.due("m" + i, Messages.TAKEN));
    }
    Deliverer deliverer = deliverer(this::deliver, () -> true, new UnderWay());
    now = deliverer.round();
    for (int i = 0; i < 200; i++) {
      assertEquals(Optional.empty(), table.drop("m" + i, QueueDrop.By.OPERATOR, now));
    }
    Instant dropped = now;

    while (tried.size() < 200 && now.isBefore(dropped.plusSeconds(30))) {
      now = deliverer.round();
    }

    assertEquals(200, tried.size(), now::toString);
  }

  @Test
  void whatALookThatFailedWouldHaveFoundIsFoundByTheNext() throws InterruptedException {
    table.put(Messages.due("due", Messages.TAKEN));
    now = Messages.TAKEN.plus(Duration.ofHours(49));
    var underWay = new UnderWay();
    Deliverer deliverer = deliverer(this::deliver, () -> true, underWay);
    table.isAway = true;
    now = deliverer.round();
    table.isAway = false;

    deliverer.round();

    assertTrue(underWay.drain(Duration.ofSeconds(30)));
    assertEquals(List.of("due"), List.copyOf(tried));
  }

  @Test
  void aClockThatIsSetBackHidesNothingThatIsDropped() {
    table.put(Messages.due("due", Messages.TAKEN));
    Deliverer deliverer = deliverer(this::deliver, () -> true, new UnderWay());
    deliverer.round();
    now = now.plusSeconds(40);
    deliverer.round();
    now = now.minusSeconds(30);
    assertEquals(Optional.empty(), table.drop("due", QueueDrop.By.OPERATOR, now));

    deliverer.round();

    assertEquals(List.of("due dropped by operator"), List.copyOf(tried));
    assertEquals(List.of(), events.lines);
  }

  @Test
  void aPoisonousMessageIsSetAsideAndStopsNobodyElse() throws InterruptedException {
    table.put(Messages.due("bad", now.minusSeconds(9)));
    table.put(Messages.due("good", now));

    play(
        leased -> {
          if (leased.message().id().equals("bad")) {
            throw new IllegalStateException("poison");
          }
          return deliver(leased);
        });
    play(this::deliver);

    assertEquals(List.of("good"), List.copyOf(tried));
    assertTrue(events.lines.getFirst().startsWith("set-aside bad"), events.lines.toString());
  }

  @Test
  void howeverManyAreSetAsideTheOthersAreFound() throws InterruptedException {
    for (int i = 0; i < 200; i++) {
      table.put(Messages.due("bad" + i, now.minusSeconds(900)));
    }
    for (int i = 0; i < 20; i++) {
      play(
          leased -> {
            throw new Deliverer.SetAside("its text is missing");
          });
    }
    table.put(Messages.due("good", now));

    play(this::deliver);

    assertEquals(List.of("good"), List.copyOf(tried));
    assertEquals(200, events.lines.size());
  }

  @Test
  void whatWaitsForAConnectionAtTheStopIsNotBegun() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      table.put(Messages.due("m" + i, now.minusSeconds(i)));
    }
    var begun = new CountDownLatch(2);
    var stopped = new CountDownLatch(1);
    var underWay = new UnderWay();
    Deliverer deliverer =
        deliverer(
            leased -> {
              begun.countDown();
              await(stopped);
              return deliver(leased);
            },
            () -> false,
            underWay);
    Thread round = Thread.startVirtualThread(deliverer::round);
    await(begun);
    deliverer.stop();
    stopped.countDown();
    round.join();

    assertTrue(underWay.drain(Duration.ofSeconds(30)));
    assertEquals(2, tried.size());
  }

  @Test
  void whatIsBeingLeasedAtTheStopIsHandedBack() throws InterruptedException {
    table.put(Messages.due("due", now));
    var underWay = new UnderWay();
    var questions = new AtomicInteger();
    var here = new ArrayList<Deliverer>();
    Deliverer deliverer =
        deliverer(
            this::deliver,
            () -> {
              // The second question is asked when the row was read, and before it is leased.
              if (questions.incrementAndGet() == 2) {
                here.getFirst().stop();
              }
              return false;
            },
            underWay);
    here.add(deliverer);
    deliverer.round();

    assertTrue(underWay.drain(Duration.ofSeconds(30)));
    assertEquals(List.of(), List.copyOf(tried));
    assertFalse(table.read("due").orElseThrow().isUnderWay(now));
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(30, TimeUnit.SECONDS));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private Deliverer deliverer(Attempt make, BooleanSupplier isDown, UnderWay underWay) {
    var clocks = new LeaseWatch.Clocks(() -> now, System::nanoTime);
    return new Deliverer(table, attempts(make), LIMITS, clocks, isDown, underWay, events);
  }

  /** One relay's round, to the end of its attempts. */
  private void play(Attempt make) throws InterruptedException {
    var underWay = new UnderWay();
    Deliverer deliverer = deliverer(make, () -> nextHopIsDown, underWay);
    deliverer.round();
    deliverer.stop();
    assertTrue(underWay.drain(Duration.ofSeconds(30)));
  }

  private interface Attempt {
    Optional<Instant> make(LeaseWatch leased) throws Deliverer.SetAside;
  }

  private Deliverer.Attempts attempts(Attempt attempt) {
    return new Deliverer.Attempts() {
      @Override
      public Optional<Instant> make(LeaseWatch leased) throws Deliverer.SetAside {
        return attempt.make(leased);
      }

      @Override
      public void damaged(String id, String why) {
        if (table.setAsideDamaged(id, why)) {
          events.setAside(id, why);
        }
      }

      @Override
      public void dropped(QueuedMessage message) {
        if (table.remove(message)) {
          tried.add(message.id() + " dropped by " + message.mark().droppedBy());
        }
      }
    };
  }

  private Optional<Instant> deliver(LeaseWatch leased) {
    tried.add(leased.message().id());
    table.remove(leased.message());
    return Optional.empty();
  }

  private Optional<Instant> leaveLeased(LeaseWatch leased) {
    tried.add(leased.message().id());
    return Optional.empty();
  }
}
