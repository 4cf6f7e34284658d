package dev.ipauth.relay.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.tables.QueuedMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages whose texts are there and can't be read: a bad sector, or a disk that is away. */
class UnreadableTextsTest {
  private static final Duration LEASE = Duration.ofMinutes(15);
  private static final Duration LIFETIME = Duration.ofDays(2);
  private static final Backoff QUICKLY = new Backoff(Duration.ofMillis(1), Duration.ofMillis(1));

  private final FakeQueueTable table = new FakeQueueTable();
  private final RecordedEvents events = new RecordedEvents();
  private final UnderWay underWay = new UnderWay();
  private final LeaseWatch.Clocks clocks =
      new LeaseWatch.Clocks(() -> now(), () -> now().toEpochMilli() * 1_000_000);
  private final Store store;
  private final Settler settler;
  private volatile Predicate<String> unreadable = _ -> false;
  private volatile Instant now = Messages.TAKEN.plusSeconds(60);
  private final AtomicInteger opened = new AtomicInteger();

  UnreadableTextsTest(@TempDir Path folder) {
    Texts texts =
        new ForwardingTexts(FolderTexts.in(folder)) {
          @Override
          public InputStream open(String id) throws IOException {
            opened.addAndGet(id.equals("m1") ? 1 : 0);
            if (unreadable.test(id)) {
              throw new IOException("Input/output error");
            }
            return super.open(id);
          }
        };
    var room = new Room(1_000_000);
    store = new Store(texts, table, room, events);
    settler =
        new Settler(
            store,
            table,
            new Reports(
                new Reports.Names("relay.test", "x@y"), store, table, room, events, _ -> {}),
            new Schedule(List.of(Duration.ofMinutes(1), Duration.ofMinutes(2))),
            new Settlement.Rules(LIFETIME, Duration.ofHours(4), 3),
            QUICKLY,
            new DeferredWork(Thread::startVirtualThread, QUICKLY, underWay),
            () -> now,
            () -> 0,
            events);
  }

  private Instant now() {
    return now;
  }

  private final class Attempts implements Deliverer.Attempts {
    @Override
    public Optional<Instant> make(LeaseWatch lease) throws Deliverer.SetAside {
      try (InputStream text = store.open(lease.message())) {
        text.readAllBytes();
        var taken = new AttemptResult.ForRecipient.Delivered("250 ok");
        return settler.settle(
            lease,
            new AttemptResult(
                List.of(taken), "250 ok", AttemptResult.Ended.BY_NEXT_HOP, true, now));
      } catch (IOException e) {
        return settler.putOff(lease, e);
      }
    }

    @Override
    public void dropped(QueuedMessage message) {
      throw new AssertionError(message.id());
    }

    @Override
    public void damaged(String id, String why) {
      throw new AssertionError(why);
    }
  }

  @BeforeEach
  void keep() throws IOException {
    QueuedMessage message = Messages.due("m1", now);
    assertTrue(store.keep(message, Texts.Content.of("".getBytes(US_ASCII))));
  }

  private void round() throws InterruptedException {
    // Between two rounds of one it sleeps, and forgets what it was told meanwhile.
    new Deliverer(
            table,
            new Attempts(),
            new Deliverer.Limits(2, LEASE, LIFETIME),
            clocks,
            () -> false,
            underWay,
            events)
        .round();
    assertTrue(underWay.drain(Duration.ofMinutes(1)));
  }

  private QueuedMessage row() {
    return table.read("m1").orElseThrow();
  }

  @Test
  void whatCanBeReadAgainIsDeliveredByTheScheduleAndNotAtTheLeasesEnd() throws Exception {
    unreadable = "m1"::equals;
    round();

    assertEquals(1, row().progress().attempts(), "it isn't an attempt");
    Duration wait = Duration.between(now, row().progress().due());
    assertTrue(wait.compareTo(Duration.ofSeconds(67)) < 0, wait::toString);

    unreadable = _ -> false;
    now = row().progress().due();
    round();
    assertEquals(List.of(), List.copyOf(table.rows.keySet()));
  }

  @Test
  void oneThatNeverCanIsSetAsideAtTheEndOfItsLifetimeWhereOthersCan() throws Exception {
    unreadable = "m1"::equals;
    round();
    now = Messages.TAKEN.plus(LIFETIME).plusSeconds(1);
    round();

    assertEquals("its text can't be read: Input/output error", row().mark().setAside());
    int before = opened.get();
    now = now.plus(Duration.ofDays(1));
    round();
    assertEquals(before, opened.get());
  }

  @Test
  void noneIsSetAsideWhileNothingCanBeRead() throws Exception {
    unreadable = _ -> true;
    now = Messages.TAKEN.plus(LIFETIME).plusSeconds(1);
    round();

    assertEquals(QueuedMessage.Mark.NONE, row().mark());
    unreadable = _ -> false;
    now = row().progress().due();
    round();
    assertEquals(List.of(), List.copyOf(table.rows.keySet()));
  }
}
