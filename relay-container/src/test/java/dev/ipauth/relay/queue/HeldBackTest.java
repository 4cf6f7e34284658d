package dev.ipauth.relay.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.queue.AttemptResult.Ended;
import dev.ipauth.relay.queue.AttemptResult.ForRecipient;
import dev.ipauth.relay.queue.AttemptResult.ForRecipient.Delivered;
import dev.ipauth.relay.queue.AttemptResult.ForRecipient.NotNow;
import dev.ipauth.relay.queue.AttemptResult.ForRecipient.RefusedForGood;
import dev.ipauth.tables.QueuedMessage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the relay's own pace holds back isn't the next hop's doing, and no attempt. */
@Timeout(60)
class HeldBackTest {
  private static final int BACKLOG = 200;
  private static final Duration LIFETIME = Duration.ofHours(1);
  private static final Duration LEASE = Duration.ofMinutes(15);

  private final FakeQueueTable table = new FakeQueueTable();
  private final RecordedEvents events = new RecordedEvents();
  private final UnderWay underWay = new UnderWay();
  private final List<String> order = new CopyOnWriteArrayList<>();
  private final CountDownLatch left = new CountDownLatch(BACKLOG);
  private final Settler settler;
  private volatile Instant now = Messages.TAKEN.plus(Duration.ofMinutes(10));
  private final LeaseWatch.Clocks clocks = new LeaseWatch.Clocks(() -> now, () -> 0);

  /** When the gate lets the next one on: one a minute. */
  private volatile Instant nextPlace = now;

  HeldBackTest(@TempDir Path folder) {
    var room = new Room(1_000_000);
    var store = new Store(FolderTexts.in(folder), table, room, events);
    settler =
        new Settler(
            store,
            table,
            new Reports(new Reports.Names("r.test", "x@y"), store, table, room, events, _ -> {}),
            new Schedule(List.of(Duration.ofMinutes(1))),
            new Settlement.Rules(LIFETIME, Duration.ofDays(1), 3),
            Backoff.USUAL,
            new DeferredWork(Thread::startVirtualThread, Backoff.USUAL, underWay),
            () -> now,
            () -> 0,
            events);
  }

  private static AttemptResult result(Ended ended, Instant now, ForRecipient result) {
    return new AttemptResult(List.of(result), result.reply(), ended, true, now);
  }

  /** Microsoft 365 allows thirty messages a minute: after an outage that may take days. */
  @Test
  void aBacklogThatTakesLongerThanItsLifetimeGoesOverInItsOrderAndBouncesNothing()
      throws InterruptedException {
    List<String> taken = IntStream.range(0, BACKLOG).mapToObj("m%03d"::formatted).toList();
    for (int i = 0; i < BACKLOG; i++) {
      Instant acceptedAt = Messages.TAKEN.plusSeconds(i);
      List<QueuedMessage.Recipient> to = Messages.to("a@example.net").recipients();
      table.put(Messages.message(taken.get(i), to, acceptedAt));
    }
    var deliverer =
        new Deliverer(
            table,
            new OneAMinute(),
            new Deliverer.Limits(1, LEASE, LIFETIME),
            clocks,
            () -> false,
            underWay,
            events);
    Thread thread = Thread.startVirtualThread(deliverer::run);

    assertTrue(left.await(50, TimeUnit.SECONDS), () -> left + " " + events.lines);
    deliverer.stop();
    thread.join();

    assertEquals(taken, order);
    assertEquals(List.of(), events.bounced);
    assertTrue(now.isAfter(Messages.TAKEN.plus(LIFETIME.multipliedBy(3))));
    assertTrue(
        events.lines.stream().noneMatch(line -> line.startsWith("attempt")), "none was made");
  }

  /** A gate that lets one on in any minute, and turns others away after 20 seconds. */
  private final class OneAMinute implements Deliverer.Attempts {
    @Override
    public Optional<Instant> make(LeaseWatch lease) {
      if (now.isBefore(nextPlace)) {
        now = now.plusSeconds(20);
        var paced = new NotNow("451 4.3.2 wait");
        return settler.settle(lease, result(Ended.HELD_BACK_BY_PACE, now, paced));
      }
      nextPlace = now.plusSeconds(60);
      order.add(lease.message().id());
      assertEquals(1, lease.message().progress().attempts(), "the one while the device waited");
      var next = settler.settle(lease, result(Ended.BY_NEXT_HOP, now, new Delivered("250 ok")));
      left.countDown();
      return next;
    }

    @Override
    public void dropped(QueuedMessage message) {}

    @Override
    public void damaged(String id, String why) {}
  }

  @Test
  void aPauseOfBouncingGoesOnThoughAMessageIsHeldBack() {
    for (String user : List.of("one", "two", "three")) {
      settler.pause().bounced(user, "554");
    }
    assertTrue(settler.pause().isOn());
    QueuedMessage message = Messages.message("m1", Messages.to("a@example.net").recipients());
    table.put(message);
    now = Messages.TAKEN.plus(Duration.ofDays(7));
    LeaseWatch lease = LeaseWatch.take(table, clocks, LEASE, message).orElseThrow();

    var paced = result(Ended.HELD_BACK_BY_PACE, now, new NotNow("451 4.3.2 wait"));
    assertEquals(Optional.of(Messages.TAKEN), settler.settle(lease, paced));

    assertTrue(settler.pause().isOn());
    QueuedMessage row = table.read("m1").orElseThrow();
    settler.settle(row, result(Ended.BY_NEXT_HOP, now, new RefusedForGood("554 blocked")));
    assertEquals(List.of(), events.bounced);
  }
}
