package dev.ipauth.relay.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.message.MessageDate;
import dev.ipauth.relay.queue.AttemptResult.Ended;
import dev.ipauth.relay.queue.AttemptResult.ForRecipient;
import dev.ipauth.relay.queue.AttemptResult.ForRecipient.Delivered;
import dev.ipauth.relay.queue.AttemptResult.ForRecipient.NotNow;
import dev.ipauth.relay.queue.AttemptResult.ForRecipient.RefusedForGood;
import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Mark;
import dev.ipauth.tables.QueuedMessage.Progress;
import dev.ipauth.tables.QueuedMessage.Recipient;
import dev.ipauth.tables.QueuedMessage.Sender;
import dev.ipauth.tables.QueuedMessage.Text;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is done about an attempt: rows, reports, pauses and alarms. */
class SettlerTest {
  private static final Backoff QUICKLY = new Backoff(Duration.ofMillis(1), Duration.ofMillis(1));

  private static final byte[] TEXT = "Subject: a scan\r\n\r\nHello.\r\n".getBytes(US_ASCII);

  private final FakeQueueTable table = new FakeQueueTable();
  private final RecordedEvents events = new RecordedEvents();
  private final Room room = new Room(1_000_000);
  private final FolderTexts texts;
  private final Store store;
  private final Reports reports;
  private final UnderWay underWay = new UnderWay();
  private Settler settler;
  private volatile Instant now = Messages.TAKEN.plusSeconds(60);

  SettlerTest(@TempDir Path folder) {
    texts = FolderTexts.in(folder);
    store = new Store(texts, table, room, events);
    reports =
        new Reports(
            new Reports.Names("relay.test", "postmaster@relay.test"),
            store,
            table,
            room,
            events,
            _ -> {});
    settler = settler();
  }

  private Settler settler() {
    return new Settler(
        store,
        table,
        reports,
        new Schedule(List.of(Duration.ofMinutes(1))),
        new Settlement.Rules(Duration.ofDays(2), Duration.ofHours(4), 3),
        QUICKLY,
        new DeferredWork(Thread::startVirtualThread, QUICKLY, underWay),
        () -> now,
        () -> 0,
        events);
  }

  @Test
  void aReportThatCantBeKeptCostsNoDuplicate() throws IOException {
    QueuedMessage kept = keep("m1", "scanner", "a@x", "b@x");
    // It is counted, and its row is the next write.
    table.fault = new FakeQueueTable.Fault(table.writes + 2, false);

    settle(kept, new Delivered("250 ok"), new RefusedForGood("550 5.1.1 no"));

    QueuedMessage after = table.read("m1").orElseThrow();
    assertEquals(List.of("b@x"), after.waiting().stream().map(Recipient::address).toList());

    settle(after, new RefusedForGood("550 5.1.1 no"));
    assertEquals(List.of(), table.read("m1").stream().toList());
    assertEquals(1, table.messages().size(), "the report");
  }

  @Test
  void aReportIsMadeOnceThoughItsMessageIsSettledTwice() throws IOException {
    QueuedMessage kept = keep("m1", "scanner", "a@x");
    // After the report's row, the row of the message can't be removed.
    table.fault = new FakeQueueTable.Fault(table.writes + 3, false);
    settle(kept, new RefusedForGood("550 5.1.1 no"));
    settle(kept, new RefusedForGood("550 5.1.1 no"));

    assertEquals(1, table.messages().size(), "one report");
  }

  /** Whichever of the writes fails, the count's, the report's or the message's, done or not. */
  @ParameterizedTest
  @CsvSource({"1, false", "1, true", "2, false", "2, true", "3, false", "3, true"})
  void aBounceIsReportedOnceThoughAWriteFails(int write, boolean isDone) throws IOException {
    QueuedMessage leased = leased(keep("m1", "scanner", "a@x"));
    table.fault = new FakeQueueTable.Fault(table.writes + write, isDone);

    settle(leased, new RefusedForGood("550 5.1.1 no"));

    assertEquals(List.of("m1f2"), table.messages().stream().map(QueuedMessage::id).toList());
    assertEquals(1, count("bounced m1"));
  }

  private QueuedMessage leased(QueuedMessage kept) {
    var lease = LeaseWatch.lease(now, Duration.ofMinutes(15));
    QueuedMessage leased = kept.moved(kept.progress().leased(lease));
    assertTrue(table.move(kept, leased));
    return leased;
  }

  /** Whether the row is moved or removed, and whether the write that fails is done or not. */
  @ParameterizedTest
  @CsvSource({"a@x, false", "a@x, true", "a@x b@x, false", "a@x b@x, true"})
  void whatCameOfAnAttemptIsWrittenAsSoonAsTheTableIsBack(String to, boolean isDone)
      throws IOException {
    QueuedMessage kept = keep("m1", "scanner", to.split(" "));
    QueuedMessage leased = leased(kept);
    table.fault = new FakeQueueTable.Fault(table.writes + 1, isDone, true);
    Thread.startVirtualThread(
        () -> {
          while (!table.isAway) {
            Thread.onSpinWait();
          }
          table.isAway = false;
        });

    settle(
        leased,
        Stream.of(new Delivered("250 ok"), new NotNow("450 later"))
            .limit(kept.recipients().size())
            .toArray(ForRecipient[]::new));

    assertEquals(1, count("delivered m1"));
    assertEquals(
        kept.recipients().size() - 1,
        table.read("m1").stream().mapToInt(row -> row.waiting().size()).sum());
  }

  /**
   * However long it is away, what is delivered isn't delivered once more: the outcome is written
   * when the table is back, and until then nobody here takes the message up.
   */
  @ParameterizedTest
  @CsvSource({"a@x, false", "a@x, true", "a@x b@x, false", "a@x b@x, true"})
  void whatATableWasAwayForTooLongForIsWrittenWhenItIsBack(String to, boolean isDone)
      throws Exception {
    QueuedMessage kept = keep("m1", "scanner", to.split(" "));
    var clocks = new LeaseWatch.Clocks(() -> now, System::nanoTime);
    LeaseWatch lease = LeaseWatch.take(table, clocks, Duration.ofMinutes(15), kept).orElseThrow();
    ForRecipient[] results =
        Stream.of(new Delivered("250 ok"), new NotNow("450 later"))
            .limit(kept.recipients().size())
            .toArray(ForRecipient[]::new);
    table.fault = new FakeQueueTable.Fault(table.writes + 1, isDone, true);
    var settled = new FutureTask<Optional<Instant>>(() -> settler.settle(lease, result(results)));
    Thread.startVirtualThread(settled);
    await(() -> table.isAway);

    now = now.plus(Duration.ofMinutes(15));

    assertEquals(Optional.empty(), settled.get(30, TimeUnit.SECONDS));
    assertTrue(underWay.isAt("m1"));
    assertEquals(0, count("delivered m1"));
    table.isAway = false;
    await(() -> !underWay.isAt("m1"));
    assertEquals(1, count("delivered m1"));
    assertEquals(
        kept.recipients().size() - 1,
        table.read("m1").stream().mapToInt(row -> row.waiting().size()).sum());
  }

  private static void await(BooleanSupplier holds) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> {
          while (!holds.getAsBoolean()) {
            Thread.onSpinWait();
          }
        });
  }

  @Test
  void threeBouncesOfThreeUsersWithOneCodePauseAllOthers() throws IOException {
    for (String user : List.of("one", "two", "three", "four")) {
      settle(keep("m" + user, user, "a@x"), new RefusedForGood("554 5.7.1 blocked"));
    }
    assertEquals(3, count("bounced"));
    assertEquals(1, count("alarm BOUNCING_PAUSED"));
    QueuedMessage held = table.read("mfour").orElseThrow();
    assertEquals(1, held.waiting().size());

    settle(keep("m5", "five", "a@x"), new Delivered("250 ok"));
    assertEquals(1, count("alarm BOUNCING_PAUSED over"));
    settle(held, new RefusedForGood("554 5.7.1 blocked"));
    assertEquals(4, count("bounced"));
  }

  /** An operator who hears the alarm may restart the relay: that bounces nothing more. */
  @Test
  void aPauseOutlivesTheRelayAndEndsWithAnotherOutcome() throws IOException {
    for (String user : List.of("one", "two", "three")) {
      settle(keep("m" + user, user, "a@x"), new RefusedForGood("554 5.7.1 blocked"));
    }
    settler = settler();
    settler.pause().share();
    store.sweep(now.plus(Duration.ofDays(365)));
    for (String user : List.of("four", "five", "six")) {
      settle(keep("m" + user, user, "a@x"), new RefusedForGood("554 5.7.1 blocked"));
    }
    assertEquals(3, count("bounced"));
    assertEquals(2, count("alarm BOUNCING_PAUSED"), "once by each process");

    settle(keep("m7", "seven", "a@x"), new Delivered("250 ok"));
    settler = settler();
    settler.pause().share();

    assertEquals(2, count("alarm BOUNCING_PAUSED"));
    settle(row("mfour"), new RefusedForGood("554 5.7.1 blocked"));
    assertEquals(4, count("bounced"));
  }

  @Test
  void aMessageThatPassesAtOnceEndsAPauseToo() throws IOException {
    for (String user : List.of("one", "two", "three")) {
      settle(keep("m" + user, user, "a@x"), new RefusedForGood("554 5.7.1 blocked"));
    }
    assertTrue(settler.pause().isOn());

    settler.pause().other();

    assertFalse(settler.pause().isOn());
    assertEquals(1, count("alarm BOUNCING_PAUSED over"));
  }

  @Test
  void oneUserAlonePausesNobody() throws IOException {
    for (int i = 0; i < 5; i++) {
      settle(keep("m" + i, "one", "a@x"), new RefusedForGood("554 5.7.1 blocked"));
    }
    assertEquals(5, count("bounced"));
    assertEquals(0, count("alarm BOUNCING_PAUSED"));
  }

  @Test
  void noReportsAboutReportsNorForANullSender() throws IOException {
    QueuedMessage bounce =
        keep("m1", "scanner", "", "it@example.com", List.of(Messages.recipient("a@x", null)));
    settle(bounce, new RefusedForGood("550 5.1.1 no"));

    assertEquals(0, table.messages().size());
    assertEquals(1, count("bounced m1 [a@x] to null"));
  }

  @Test
  void delayIsReportedOnceToWhomAFailureWouldBe() throws IOException {
    QueuedMessage kept = keep("m1", "scanner", "a@x");
    now = Messages.TAKEN.plus(Duration.ofHours(5));
    settle(kept, new NotNow("451 4.3.0 later"));
    assertEquals(2, table.messages().size());

    settle(table.read("m1").orElseThrow(), new NotNow("451 4.3.0 later"));

    assertEquals(2, table.messages().size());
    assertEquals(1, count("reported DELAYED"));
  }

  /** As after a week in which the machine was off. */
  @Test
  void aDelayBeyondTheLifetimePromisesNoAttemptInThePast() throws IOException {
    QueuedMessage kept = keep("m1", "scanner", "a@x");
    now = Messages.TAKEN.plus(Duration.ofDays(7));
    settle(kept, new NotNow("451 4.3.0 later"));

    try (var text = texts.open("m1d2")) {
      String report = new String(text.readAllBytes(), US_ASCII);
      String next = MessageDate.of(row("m1").progress().due());
      assertTrue(report.contains("Will-Retry-Until: " + next + "\r\n"), report);
    }
  }

  /** Whichever report can't be kept, whoever is to hear of the delay hears of it after the next. */
  @Test
  void aDelayThatCantBeToldIsToldAfterTheNextAttempt() throws IOException {
    QueuedMessage kept = keep("m1", "scanner", "a@x", "b@x");
    now = Messages.TAKEN.plus(Duration.ofHours(5));
    table.fault = new FakeQueueTable.Fault(table.writes + 1, false);
    settle(kept, new NotNow("451 4.3.0 later"), new NotNow("451 4.3.0 later"));
    assertEquals(0, count("reported DELAYED"));
    table.fault = new FakeQueueTable.Fault(table.writes + 1, false);
    settle(row("m1"), new RefusedForGood("550 5.1.1 no"), new NotNow("451 4.3.0 later"));
    assertEquals(List.of(0L, 0L), List.of(count("reported DELAYED"), count("reported FAILED")));
    assertEquals(2, row("m1").waiting().size());

    settle(row("m1"), new RefusedForGood("550 5.1.1 no"), new NotNow("451 4.3.0 later"));
    settle(row("m1"), new NotNow("451 4.3.0 later"));

    assertEquals(List.of(1L, 1L), List.of(count("reported DELAYED"), count("reported FAILED")));
  }

  private QueuedMessage row(String id) {
    return table.read(id).orElseThrow();
  }

  @Test
  void givenUpAfterThreeAttemptsSinceTheStartAtTheEarliest() throws IOException {
    QueuedMessage message = keep("m1", "scanner", "a@x");
    now = Messages.TAKEN.plus(Duration.ofDays(7));
    for (int attempt = 1; attempt < 3; attempt++) {
      settle(message, new NotNow("451 4.3.0 later"));
      message = table.read("m1").orElseThrow();
    }
    assertEquals(0, count("bounced"));

    settle(message, new NotNow("451 4.3.0 later"));

    assertEquals(1, count("bounced"));
  }

  @Test
  void whatIsHeldBackAfterTheNextHopRefusedARecipientIsAnAttempt() throws IOException {
    QueuedMessage kept = keep("m1", "scanner", "a@x", "b@x");
    settler.settle(
        kept,
        result(Ended.HELD_BACK, new RefusedForGood("550 5.1.1 no"), new NotNow("451 4.3.0 held")));

    assertEquals(1, count("attempt m1"));
    assertEquals(2, row("m1").progress().attempts());
    assertEquals(Set.of("m1"), settler.tried());
  }

  private long count(String line) {
    return events.lines.stream()
        .filter(
            said -> said.equals(line) || (said.startsWith(line + " ") && !said.endsWith("over")))
        .count();
  }

  private void settle(QueuedMessage leased, ForRecipient... results) {
    settler.settle(leased, result(results));
  }

  private AttemptResult result(ForRecipient... results) {
    return result(Ended.BY_NEXT_HOP, results);
  }

  private AttemptResult result(Ended ended, ForRecipient... results) {
    return new AttemptResult(
        Arrays.asList(results), results[results.length - 1].reply(), ended, true, now);
  }

  private QueuedMessage keep(String id, String user, String... to) throws IOException {
    return keep(
        id,
        user,
        "scans@example.com",
        "it@example.com",
        Arrays.stream(to).map(address -> Messages.recipient(address, null)).toList());
  }

  private QueuedMessage keep(
      String id, String user, String sender, String reportTo, List<Recipient> to)
      throws IOException {
    var checksum = new CRC32C();
    checksum.update(TEXT);
    var message =
        new QueuedMessage(
            id,
            "acme",
            user,
            new Sender(sender, false, false, null, null),
            to,
            new Text(TEXT.length, (int) checksum.getValue()),
            reportTo,
            Messages.TAKEN,
            new Progress(1, Messages.TAKEN, null, null, false),
            1,
            Mark.NONE);
    assertTrue(store.keep(message, Texts.Content.of(TEXT)));
    return message;
  }
}
