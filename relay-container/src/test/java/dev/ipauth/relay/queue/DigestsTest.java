package dev.ipauth.relay.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.tables.QueueRows;
import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Recipient;
import dev.ipauth.tables.QueuedMessage.Sender;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Twenty reports an hour for each SMTP user, whatever relays there are and whenever they end. */
class DigestsTest {
  private static final Duration HOUR = Duration.ofHours(1);

  private final FakeQueueTable table = new FakeQueueTable();
  private final Room room = new Room(1_000_000);
  private final RecordedEvents events = new RecordedEvents();
  private final Texts texts;
  private final Store store;
  private final List<Instant> due = new ArrayList<>();
  private Instant now = Messages.TAKEN;

  DigestsTest(@TempDir Path folder) {
    texts = FolderTexts.in(folder);
    store = new Store(texts, table, room, events);
  }

  /** As after a start: nothing is known but what is in the table. */
  private Reports relay() {
    return relay(store);
  }

  private Reports relay(Store store) {
    var names = new Reports.Names("relay.test", "postmaster@relay.test");
    return new Reports(names, store, table, room, events, due::add);
  }

  private void report(Reports relay, String id, String... to) throws IOException {
    QueuedMessage about =
        Messages.message(id, IntStream.range(0, to.length).mapToObj(i -> refused(to[i])).toList());
    report(relay, about);
  }

  private boolean report(Reports relay, QueuedMessage about) throws IOException {
    return relay.make(
        Report.Kind.FAILED, about, about.recipients(), now, now, InputStream::nullInputStream);
  }

  /** Without a {@code bouncesTo} the sender is told. */
  private boolean reportToSender(Reports relay, String id, String sender) throws IOException {
    QueuedMessage about = Messages.message(id, List.of(refused("boss@" + id)));
    return report(
        relay,
        new QueuedMessage(
            id,
            about.accountId(),
            about.smtpUser(),
            new Sender(sender, false, false, null, null),
            about.recipients(),
            about.text(),
            sender,
            about.acceptedAt(),
            about.progress(),
            1,
            QueuedMessage.Mark.NONE));
  }

  private static Recipient refused(String address) {
    return Messages.recipient(address, null)
        .now(Recipient.State.BOUNCED, "550 5.1.1 no " + address);
  }

  private List<QueuedMessage> digests() {
    return table.messages().stream().filter(row -> row.text().isDigest()).toList();
  }

  private String text(QueuedMessage digest) throws IOException {
    try (InputStream text = relay().open(digest)) {
      byte[] octets = text.readAllBytes();
      long spare = digest.text().bytes() - octets.length;
      assertTrue(spare >= 0 && (spare <= 300 || digest.recipients().size() > 1), spare + " octets");
      return new String(octets, US_ASCII).replace("=\r\n", "");
    }
  }

  @Test
  void whatIsBeyondTwentyReportsComesAsOneAtTheHoursEnd() throws IOException {
    for (int i = 0; i < 25; i++) {
      report(relay(), "m" + i, i + "@x");
      now = now.plusSeconds(60);
    }

    assertEquals(21, table.messages().size());
    QueuedMessage digest = digests().getFirst();
    assertEquals(Messages.TAKEN.plus(HOUR), digest.progress().due());
    assertEquals(digest.progress().due(), due.getLast());
    assertEquals("", digest.sender().address());
    assertEquals("it@example.com", digest.recipients().getFirst().address());
    String text = text(digest);
    assertTrue(text.contains("Subject: 5 reports beyond the hourly limit\r\n"), text);
    assertTrue(text.contains("To: <it@example.com>\r\n"), text);
    assertTrue(text.contains("The mail relay relay.test has more to report"), text);
    assertTrue(text.contains("  from <scans@example.com>\r\n"), text);
    assertTrue(text.contains("Auto-Submitted: auto-replied\r\n"), text);
    for (int i = 20; i < 25; i++) {
      assertTrue(text.contains("  to <" + i + "@x>: 550 5.1.1 no " + i + "@x\r\n"), text);
    }
  }

  @Test
  void theNextHourHasReportsOfItsOwn() throws IOException {
    Reports relay = relay();
    for (int i = 0; i < 21; i++) {
      report(relay, "m" + i, "a@x");
    }
    now = now.plus(HOUR);
    for (int i = 0; i < 21; i++) {
      report(relay, "n" + i, "a@x");
    }

    assertEquals(42, table.messages().size());
    assertEquals(
        List.of(Messages.TAKEN.plus(HOUR), now.plus(HOUR)),
        digests().stream().map(QueuedMessage::acceptedAt).sorted().toList());
  }

  @Test
  void aReportCountsOnceHoweverOftenItIsTried() throws IOException {
    Reports relay = relay(new Store(new FullDisk(texts, 30), table, room, events));
    for (int i = 0; i < 30; i++) {
      assertThrows(IOException.class, () -> report(relay, "m0", "a@x"));
    }

    for (int i = 0; i < 20; i++) {
      report(relay, "m" + i, "a@x");
    }

    assertEquals(20, table.messages().size());
    assertEquals(List.of(), digests());
  }

  /** A disk may be away for hours: what then goes out counts in the hour in which it does. */
  @Test
  void aReportThatCouldNotGoOutInItsHourCountsAgain() throws IOException {
    Reports relay = relay(new Store(new FullDisk(texts, 1), table, room, events));
    assertThrows(IOException.class, () -> report(relay, "late", "a@x"));
    now = now.plus(HOUR);
    for (int i = 0; i < 20; i++) {
      report(relay, "m" + i, "a@x");
    }

    report(relay, "late", "a@x");

    assertEquals(1, digests().size());
  }

  /** A clock that is ahead, or an operator, sends a digest before the others have said all. */
  @Test
  void whatComesWhenTheDigestIsUnderWayHasAnother() throws IOException {
    for (int i = 0; i < 21; i++) {
      report(relay(), "m" + i, "a@x");
    }
    QueuedMessage first = digests().getFirst();
    assertTrue(LeaseWatch.take(table, LeaseWatch.Clocks.SYSTEM, HOUR, first).isPresent());

    report(relay(), "m21", "a@x");
    report(relay(), "m22", "a@x");

    assertEquals(
        List.of(1, 2), digests().stream().map(one -> one.text().digest().size()).sorted().toList());
    assertEquals(
        List.of(HOUR, HOUR.multipliedBy(2)),
        digests().stream()
            .map(one -> Duration.between(Messages.TAKEN, one.acceptedAt()))
            .sorted()
            .toList());
  }

  /** Whoever makes up senders, in a domain that may be sent for, would reach each mailbox in it. */
  @Test
  void anHourHasOneDigestWhoeverItsSendersAre() throws IOException {
    Reports relay = relay();
    var told = new ArrayList<String>();
    for (int i = 0; i < 1000; i++) {
      String sender = (i < 20 ? "first" : "s" + i) + "@example.com";
      if (reportToSender(relay, "m" + i, sender) && i >= 20) {
        told.add(sender);
      }
    }

    assertEquals(21, table.messages().size());
    assertEquals(22, table.rows.size(), "and what counts them");
    QueuedMessage digest = digests().getFirst();
    assertEquals(20, told.size());
    assertEquals(told, digest.recipients().stream().map(Recipient::address).toList());
    assertEquals(20, digest.text().digest().size());
    assertFalse(reportToSender(relay, "n1", "late@example.com"), "nobody hears of it");
    assertTrue(reportToSender(relay, "n2", "S25@example.com"), "who is told hears of all");
    assertEquals(21, digests().getFirst().text().digest().size());
  }

  /** They are of one SMTP user, and needn't be of one department. */
  @Test
  void whatGoesToSeveralSendersTellsNoneAboutTheOthers() throws IOException {
    for (int i = 0; i < 20; i++) {
      report(relay(), "m" + i, "a@x");
    }
    reportToSender(relay(), "one", "anna@example.com");
    assertTrue(text(digests().getFirst()).contains("boss@one"));

    reportToSender(relay(), "two", "bert@example.com");

    String text = text(digests().getFirst());
    assertTrue(text.contains("\r\nfailed: message one taken on "), text);
    assertTrue(text.contains("\r\nfailed: message two taken on "), text);
    assertTrue(text.contains("Subject: 2 reports beyond the hourly limit\r\n"), text);
    for (String secret : List.of("anna", "bert", "boss@", "550")) {
      assertFalse(text.contains(secret), secret + " in " + text);
    }
  }

  @Test
  void whoeverNeedsSmtputf8IsToldToo() throws IOException {
    for (int i = 0; i < 20; i++) {
      report(relay(), "m" + i, "a@x");
    }
    reportToSender(relay(), "one", "anna@example.com");
    assertFalse(digests().getFirst().sender().utf8());
    reportToSender(relay(), "two", "jürgen@example.com");
    assertEquals(
        AttributeValue.fromBool(true), QueueRows.writeMoving(digests().getFirst()).get("utf8"));
  }

  /** Its digest may have gone out, whatever this relay has tried to add to it. */
  @Test
  void whatMissedItsDigestIsReportedInTheNextHour() throws IOException {
    Reports relay = relay();
    for (int i = 0; i < 21; i++) {
      report(relay, "m" + i, "a@x");
    }
    table.fault = new FakeQueueTable.Fault(44, false);
    assertThrows(SdkException.class, () -> report(relay, "m21", "a@x"));
    QueuedMessage first = digests().getFirst();
    now = now.plus(HOUR);

    report(relay, "m20", "a@x");
    assertEquals(List.of(first), digests());
    assertEquals(1, first.text().digest().size());
    assertEquals(21, table.messages().size(), "what is in it and not gone yet isn't told twice");

    assertTrue(table.remove(first));
    report(relay, "m21", "a@x");
    assertEquals(List.of(), digests(), "no hour has two");
    assertTrue(table.rows.containsKey("m21f2"));
  }

  /** However much there is, the row takes it, and so does the table. */
  @Test
  void whatDoesntFitIsInTheLog() throws IOException {
    Reports relay = relay();
    for (int i = 0; i < 3000; i++) {
      report(relay, "m" + i, "somebody.with.a.long.name." + i + "@example.net");
    }
    QueuedMessage digest = digests().getFirst();

    String text = text(digest);
    int entries = digest.text().digest().size() - 1;
    assertTrue(entries > 400, entries + " entries");
    assertTrue(digest.text().bytes() < 200_000, digest.text().bytes() + " octets");
    assertTrue(
        text.contains("Subject: More than " + entries + " reports beyond the hourly limit"), text);
    assertTrue(text.contains("The message log has it all."), text);
  }

  /**
   * A relay is killed at each write in turn, before it is done or after, and the next one settles
   * the same message again: everybody is told once, and by twenty reports at most.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aKillAtAnyWriteLosesNoReportAndDoublesNone(boolean isDone) throws IOException {
    int fault = 0;
    do {
      fault++;
      table.rows.clear();
      table.writes = 0;
      table.fault = new FakeQueueTable.Fault(fault, isDone);
      Reports[] relays = {relay(), relay()};
      for (int i = 0; i < 24; i++) {
        try {
          report(relays[i % 2], "m" + i, "a@x");
        } catch (SdkException _) {
          relays[i % 2] = relay();
          report(relays[i % 2], "m" + i, "a@x");
        }
      }

      String which = "write " + fault;
      var reported =
          table.messages().stream()
              .map(QueuedMessage::id)
              .filter(id -> id.endsWith("f2"))
              .map(id -> id.substring(0, id.length() - 2))
              .toList();
      var inDigest =
          digests().stream()
              .flatMap(one -> one.text().digest().stream())
              .map(entry -> entry.split(" ", 4)[2])
              .toList();
      assertEquals(1, digests().size(), which);
      assertTrue(reported.size() == 20 || reported.size() == 19, which + ": " + reported.size());
      assertEquals(24, reported.size() + inDigest.size(), which);
      var all = new TreeSet<>(reported);
      all.addAll(inDigest);
      assertEquals(24, all.size(), which);
    } while (table.writes >= fault);
    assertEquals(49, fault, "a count, and a report's row or the digest's, for each");
  }
}
