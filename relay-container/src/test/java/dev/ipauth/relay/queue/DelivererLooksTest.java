package dev.ipauth.relay.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.tables.QueuedMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** That a look at what is due finds what this relay can take up. */
class DelivererLooksTest {
  private final FakeQueueTable table = new FakeQueueTable();
  private final RecordedEvents events = new RecordedEvents();
  private final UnderWay underWay = new UnderWay();
  private final ConcurrentLinkedQueue<String> tried = new ConcurrentLinkedQueue<>();
  private volatile Instant now = Messages.TAKEN.plus(Duration.ofHours(49));

  private final Deliverer.Attempts attempts =
      new Deliverer.Attempts() {
        @Override
        public Optional<Instant> make(LeaseWatch leased) {
          tried.add(leased.message().id());
          table.remove(leased.message());
          return Optional.empty();
        }

        @Override
        public void damaged(String id, String why) {
          throw new AssertionError(why);
        }

        @Override
        public void dropped(QueuedMessage message) {
          throw new AssertionError(message.id());
        }
      };

  private Deliverer deliverer(BooleanSupplier isDown) {
    return new Deliverer(
        table,
        attempts,
        new Deliverer.Limits(2, Duration.ofMinutes(15), Duration.ofDays(2)),
        new LeaseWatch.Clocks(() -> now, System::nanoTime),
        isDown,
        underWay,
        events);
  }

  @Test
  void whatRunsOutOfTimeWhileTheNextHopIsDownGetsAnAttempt() throws InterruptedException {
    table.put(Messages.due("due", now));

    deliverer(() -> true).round();

    assertTrue(underWay.drain(Duration.ofSeconds(30)));
    assertEquals(List.of("due"), List.copyOf(tried));
  }

  /** Such as a row that the table refuses to change: it would be the first of each look. */
  @Test
  void whatOneOfThemFailsWithStopsNobodyElse() throws InterruptedException {
    table.put(Messages.due("bad", now.minusSeconds(9)));
    table.put(Messages.due("good", now));
    table.failing = "bad";

    deliverer(() -> false).round();

    assertTrue(underWay.drain(Duration.ofSeconds(30)));
    assertEquals(List.of("good"), List.copyOf(tried));
    assertEquals(1, events.lines.size(), events.lines::toString);
  }

  /** A report that waits for a disk keeps its message under way for as long. */
  @Test
  void howeverManyThisRelayIsAtTheOthersAreFound() {
    for (int i = 0; i < 200; i++) {
      table.put(Messages.due("busy" + i, now.minusSeconds(900)));
      underWay.begin("busy" + i);
    }
    table.put(Messages.due("due", now));

    deliverer(() -> false).round();

    WithAQueue.eventually(() -> !tried.isEmpty(), "nothing is tried");
    assertEquals(List.of("due"), List.copyOf(tried));
  }

  @Test
  void whatCouldNotBeLeasedIsFoundAgain() throws InterruptedException {
    table.put(Messages.due("due", Messages.TAKEN));
    Deliverer deliverer = deliverer(() -> true);
    table.fault = new FakeQueueTable.Fault(2, false);
    now = deliverer.round();

    deliverer.round();

    assertTrue(underWay.drain(Duration.ofSeconds(30)));
    assertEquals(List.of("due"), List.copyOf(tried));
  }
}
