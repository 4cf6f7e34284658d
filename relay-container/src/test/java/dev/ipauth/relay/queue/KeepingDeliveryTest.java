package dev.ipauth.relay.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.smtp.NextHop;
import dev.ipauth.relay.smtp.TestUsers;
import dev.ipauth.tables.AllowedSender;
import dev.ipauth.tables.QueuedMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What is kept, and what the device hears: the contract's table, case by case. */
class KeepingDeliveryTest extends WithAQueue {
  KeepingDeliveryTest(@TempDir Path folder) {
    super(folder);
  }

  @ParameterizedTest
  @CsvFileSource(resources = "what-is-kept.csv", numLinesToSkip = 1)
  void theContractsTable(
      String toRecipients,
      String toData,
      String toEnd,
      String recipients,
      @Nullable String data,
      @Nullable String end,
      @Nullable String kept,
      @Nullable String delivered)
      throws IOException {
    operatorFaults = Set.of("5.7.64");
    var hop = new ScriptedDelivery(words(toRecipients), toData, toEnd);

    Heard heard = send(hop);
    eventually(() -> !underWay.isAt("id1"), "settled");

    assertEquals(0, hop.unanswered.get());
    assertEquals(words(recipients), heard.recipients());
    assertEquals(data, heard.data());
    assertEquals(end, heard.end());
    assertEquals(words(kept), keptRecipients());
    assertEquals(words(delivered), hop.has);
    for (QueuedMessage row : rows()) {
      assertText(row);
      assertFalse(row.isUnderWay(LeaseWatch.Clocks.SYSTEM.wall().instant()), "it waits for nobody");
    }
    assertToldOfAll(heard, toRecipients);
  }

  /** A folder on a network disk whose server is away. */
  @ParameterizedTest
  @CsvSource({
    "250, 354, 451, 451",
    "450, 354, 250, 450",
    "250, 354, lost, 451",
    "450 250, 354, 250, 450"
  })
  void aDiskThatStandsStillIsNoReasonToSay250(
      String toRecipients, String toData, String toEnd, String heard) throws IOException {
    var hanging = new AtomicReference<HangingDisk>();
    var timed = new AtomicReference<TimedTexts>();
    disk =
        texts -> {
          hanging.set(new HangingDisk(texts));
          timed.set(new TimedTexts(hanging.get(), SOON, 1, events));
          return timed.get();
        };
    var hop = new ScriptedDelivery(words(toRecipients), toData, toEnd);

    assertEquals(heard, send(hop).end());
    hanging.get().goOn(100);
    eventually(timed.get()::isIdle, "the disk goes on");

    assertEquals(List.of(), rows());
    assertEquals(List.of(), hop.has);
    var left = new ArrayList<String>();
    timed.get().forEach(found -> left.add(found.id()));
    assertEquals(List.of(), left, "what was written too late is taken back");
  }

  @ParameterizedTest
  @CsvSource({
    "250,     250,       '',      delivered",
    "250,     451,       a@x,     attempt",
    "250,     550/5.7.1, '',      bounced",
    "250,     lost,      a@x,     attempt",
    "450 250, 250,       a@x,     delivered",
    "450 250, 451,       a@x b@x, attempt"
  })
  void anAnswerThatComesLateIsTheFirstAttempts(
      String toRecipients, String late, String kept, String line) throws IOException {
    endTimeout = SOON;
    var hop = new ScriptedDelivery(words(toRecipients), "354", "silent");

    Heard heard = send(hop);
    assertEquals("250 queued", heard.end());
    assertTrue(rows().getFirst().isUnderWay(LeaseWatch.Clocks.SYSTEM.wall().instant()));
    assertEquals(1, hop.unanswered.get());
    hop.sayLate(late);

    eventually(() -> events.lines.stream().anyMatch(said -> said.startsWith(line)), line);
    assertEquals(kept, String.join(" ", keptRecipients()));
    if (!line.equals("bounced")) {
      assertToldOfAll(heard, late);
    }
    rows().forEach(row -> assertEquals(1, row.progress().attempts()));
  }

  /**
   * A relay that is killed just behind its answer would deliver what its device heard is refused.
   */
  @Test
  void whatWasKeptForOthersIsGoneBeforeTheDeviceHearsThatItIsRefused() throws IOException {
    var hop = new ScriptedDelivery(List.of("450", "250"), "354", "554");
    assertEquals("554", send(hop, "a@x", "b@x").end());
    assertEquals(List.of(), rows());
    assertEquals(0, folder.resolve("texts").toFile().list((_, name) -> name.equals("id1")).length);
  }

  @Test
  void whileTheNextHopIsDownEverythingIsKeptUnasked() throws IOException {
    isDown = true;
    var hop = new ScriptedDelivery(List.of(), "550", "550");
    Heard heard = send(hop, "a@x", "b@x");

    assertEquals(List.of("250", "250"), heard.recipients());
    assertEquals("250 queued", heard.end());
    assertEquals(List.of("a@x", "b@x"), keptRecipients());
    assertEquals(0, rows().getFirst().progress().attempts());
  }

  /** It waits for its place in the queue from then on, and was never offered. */
  @Test
  void whatTheRelaysOwnPaceHoldsBackIsKeptUntriedAndDueAtOnce() throws IOException {
    assertEquals("250 queued", send(new ScriptedDelivery(List.of("paced"), "", ""), "a@x").end());

    QueuedMessage.Progress progress = rows().getFirst().progress();
    assertEquals(0, progress.attempts());
    assertEquals(rows().getFirst().acceptedAt(), progress.due());
  }

  @Test
  void whatDoesntFitIsRefusedAtOnceOnlyWhileTheNextHopIsDown() {
    isDown = true;
    assertEquals(
        "452",
        code(on(delivery(new ScriptedDelivery(List.of(), "", "")), d -> d.begin(mail(9_999_999)))));
    isDown = false;
    assertEquals(
        "250",
        code(on(delivery(new ScriptedDelivery(List.of(), "", "")), d -> d.begin(mail(9_999_999)))));
  }

  @Test
  void whatCantBeKeptHearsWhatItWouldWithoutAQueue() throws IOException {
    table.isAway = true;
    assertEquals("451", send(new ScriptedDelivery(List.of("250"), "354", "451")).end());
    table.isAway = false;
    eventually(() -> !underWay.isAt("id1"), "taken back");
    heldBytes = 0;
    othersTake(1_000_000);
    assertEquals("452", send(new ScriptedDelivery(List.of("250"), "354", "451")).end());
    assertEquals(List.of(), rows());
    assertTrue(events.lines.contains("alarm QUEUE_FULL"), events.lines.toString());
  }

  /** Whoever writes texts while the table is away would otherwise fill the folder without limit. */
  @Test
  void whatIsYetToBeTakenBackTakesRoom() throws IOException {
    table.isAway = true;
    assertEquals("451", send(new ScriptedDelivery(List.of("250"), "354", "451")).end());
    assertFalse(room.reserve(OTHERS, 1_000_000));
    assertTrue(room.reserve(OTHERS, 1_000_000 - TEXT.length()));
    room.giveBack(OTHERS, 1_000_000 - TEXT.length());

    table.isAway = false;
    eventually(() -> !underWay.isAt("id1"), "taken back");
    othersTake(1_000_000);
    assertEquals(List.of(), rows());
  }

  /** Else the answer of one recipient would cost the others theirs. */
  @Test
  void whereThereIsNoRoomARecipientThatIsPutOffHearsSo() throws IOException {
    othersTake(1_000_000);
    room.reserve(OTHERS, 1);
    Heard heard = send(new ScriptedDelivery(List.of("450", "250"), "354", "250"));
    assertEquals(new Heard(List.of("450", "250"), "354", "250"), heard);
    assertEquals(List.of(), rows());
  }

  @Test
  void whoeverCantBeKeptWhileItIsSilentWaitsForTheAnswer() throws IOException {
    endTimeout = SOON;
    var hop = new ScriptedDelivery(List.of("250"), "354", "silent");
    table.fault = new FakeQueueTable.Fault(1, false, true);
    table.beforeWrite = () -> loop.schedule(() -> hop.sayLate("250"), 20, TimeUnit.MILLISECONDS);

    assertEquals("250", send(hop).end());
    assertEquals(List.of("trouble A message can't be kept"), troubles());
  }

  @Test
  void aFaultOfTheRelaysOwnWhileTheNextHopAnswersCostsNoMessage() throws IOException {
    var hop = new ScriptedDelivery(List.of("250"), "354", "silent");
    hop.late.completeExceptionally(new IllegalStateException("a fault of the relay's own"));

    assertEquals("250 queued", send(hop).end());
    assertEquals(List.of("a@x"), keptRecipients());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFaultOfTheRelaysOwnWhileItKeepsGivesBackWhatTheMessageHeld(boolean nextHopIsDown)
      throws IOException {
    isDown = nextHopIsDown;
    threads =
        _ -> {
          throw new RejectedExecutionException("it ends");
        };
    var hop = new ScriptedDelivery(List.of("250"), "354", "451");

    assertEquals("451", send(hop, "a@x").end());
    assertEquals(0, held.held());
    othersTake(1_000_000);
  }

  /** Whether the next hop reports deliveries itself, and what it says and when. */
  @ParameterizedTest
  @CsvSource({
    "250 250, 250, SUCCESS, '',  a@x b@x",
    "250 250, 250, SUCCESS, DSN, ''",
    "250 250, 250, FAILURE, '',  ''",
    "250 250, 250, ,        '',  ''",
    "250 250, 451, SUCCESS, '',  ''",
    "450 250, 250, SUCCESS, '',  b@x"
  })
  void whatWasHandedOnToANextHopThatDoesntReportDeliveriesIsReportedHere(
      String toRecipients, String toEnd, @Nullable String wanted, String offers, String reported)
      throws IOException {
    user = TestUsers.of("scanner", "acme", List.of(AllowedSender.parse("scans@example.com")));
    notifyOn = wanted;
    for (boolean isLate : List.of(false, true)) {
      table.rows.clear();
      endTimeout = isLate ? Duration.ofMillis(1) : Duration.ofSeconds(20);
      var hop = new ScriptedDelivery(words(toRecipients), "354", isLate ? "silent" : toEnd);
      hop.offers = offers.isEmpty() ? Set.of() : Set.of(NextHop.Extension.DSN);

      assertTrue(String.valueOf(send(hop).end()).startsWith("250"));
      if (isLate) {
        loop.execute(() -> hop.sayLate(toEnd));
      }
      eventually(() -> !underWay.isAt("id1"), "settled");

      assertEquals(reported, String.join(" ", reportedAsRelayed()));
    }
  }

  /** Whatever the next hop offers, and while it isn't known: reports are the relay's own then. */
  @Test
  void dsnIsOfferedInAnyCase() {
    var hop = new ScriptedDelivery(List.of(), "354", "250");
    hop.offers = null;
    assertEquals(Set.of(NextHop.Extension.DSN), delivery(hop).ofTheRelay());
    assertNull(delivery(hop).extensions(), "what else there is nobody knows before it was reached");
    hop.offers = Set.of(NextHop.Extension.SMTPUTF8);
    assertEquals(Set.of(NextHop.Extension.SMTPUTF8), delivery(hop).extensions());
  }

  /** A crash between the two would lose the report, and the device not send again. */
  @Test
  void aReportIsKeptBeforeTheDeviceHears() throws IOException {
    user = TestUsers.of("scanner", "acme", List.of(AllowedSender.parse("scans@example.com")));
    notifyOn = "SUCCESS";
    threads = CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS);

    assertEquals("250", send(new ScriptedDelivery(List.of("250"), "354", "250")).end());

    assertEquals(List.of("a@x"), reportedAsRelayed());
  }

  @Test
  void aReportThatTakesLongKeepsNoDeviceWaiting() throws IOException {
    notifyOn = "SUCCESS";
    endTimeout = SOON;
    var reports = new ArrayDeque<Runnable>();
    threads = reports::add;

    assertEquals("250", send(new ScriptedDelivery(List.of("250"), "354", "250")).end());

    assertEquals(1, reports.size());
    assertTrue(underWay.isAt("id1"), "a drain waits for it");
    reports.remove().run();
    assertFalse(underWay.isAt("id1"));
    assertEquals(0, held.held());
  }

  /** A 451 would have the device send once more what the next hop has. */
  @Test
  void aReportThatCantBeMadeChangesNothingAboutWhatTheDeviceHears() throws IOException {
    user = TestUsers.of("scanner", "acme", List.of(AllowedSender.parse("scans@example.com")));
    notifyOn = "SUCCESS";
    table.rows.put("id1r1", Map.of("id", AttributeValue.fromS("id1r1")));

    assertEquals("250", send(new ScriptedDelivery(List.of("250"), "354", "250")).end());

    eventually(() -> !underWay.isAt("id1"), "settled");
    assertEquals(List.of("trouble That a message was handed on can't be reported"), troubles());
    assertEquals(0, held.held());
  }

  /** Whichever write of it fails, the count's or the row's, or the disk is full for a while. */
  @ParameterizedTest
  @ValueSource(strings = {"1", "2", "text"})
  void aReportThatCantBeKeptIsKeptAsSoonAsItCan(String what) throws IOException {
    user = TestUsers.of("scanner", "acme", List.of(AllowedSender.parse("scans@example.com")));
    notifyOn = "SUCCESS";
    if (what.equals("text")) {
      disk = texts -> new FullDisk(texts, 3);
    } else {
      table.fault = new FakeQueueTable.Fault(Integer.parseInt(what), false);
    }

    assertEquals("250", send(new ScriptedDelivery(List.of("250"), "354", "250")).end());

    eventually(() -> !underWay.isAt("id1"), "settled");
    assertEquals(List.of("a@x"), reportedAsRelayed());
    assertEquals(List.of("trouble That a message was handed on can't be reported yet"), troubles());
    assertEquals(0, held.held());
  }

  /** A thousand of them wait, in a heap of a few hundred megabytes. */
  @ParameterizedTest
  @CsvSource({"0, true", "3, false"})
  void aReportThatWaitsHoldsOnlyTheBeginningOfAHeader(int failures, boolean isWhole)
      throws IOException {
    user = TestUsers.of("scanner", "acme", List.of(AllowedSender.parse("scans@example.com")));
    notifyOn = "SUCCESS";
    disk = texts -> new FullDisk(texts, failures);
    text = "Subject: a scan\r\n" + "X-Long: and so on\r\n".repeat(2000) + "X-Last: z\r\n\r\n";

    assertEquals("250", send(new ScriptedDelivery(List.of("250"), "354", "250")).end());

    eventually(() -> !underWay.isAt("id1"), "settled");
    assertEquals(List.of("a@x"), reportedAsRelayed());
    try (InputStream in = FolderTexts.in(folder.resolve("texts")).open("id1r1")) {
      String report = new String(in.readAllBytes(), US_ASCII);
      assertEquals(isWhole, report.contains("X-Last: z"));
      assertEquals(isWhole, report.length() > 10_000);
    }
  }

  private List<String> troubles() {
    return events.lines.stream().filter(line -> line.startsWith("trouble")).toList();
  }

  private List<String> reportedAsRelayed() throws IOException {
    if (!table.rows.containsKey("id1r1")) {
      return List.of();
    }
    try (InputStream text = FolderTexts.in(folder.resolve("texts")).open("id1r1")) {
      String report = new String(text.readAllBytes(), US_ASCII);
      assertTrue(report.contains("To: <scans@example.com>"), report);
      assertTrue(report.contains("Subject: a scan"), report);
      return Pattern.compile("Final-Recipient: rfc822; *(\\S+)\r\n")
          .matcher(report)
          .results()
          .map(one -> one.group(1))
          .toList();
    }
  }
}
