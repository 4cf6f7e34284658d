package dev.ipauth.relay.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.onward.Delivery;
import dev.ipauth.relay.smtp.MailFrom;
import dev.ipauth.relay.smtp.NextHop;
import dev.ipauth.relay.smtp.RcptTo;
import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.relay.smtp.Submission;
import dev.ipauth.relay.smtp.TestUsers;
import dev.ipauth.tables.QueueRows;
import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Recipient;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;

/** What is kept, and what the device hears: the contract's table, case by case. */
class KeepingDeliveryTest {
  private static final EventLoop LOOP = new DefaultEventLoop();
  private static final String TEXT = "Subject: a scan\r\n\r\n..\r\n";
  private static final Duration SOON = Duration.ofMillis(50);

  private final Path folder;
  private final FakeQueueTable table = new FakeQueueTable();
  private final RecordedEvents events = new RecordedEvents();
  private final Room room = new Room(1_000_000);
  private final UnderWay underWay = new UnderWay();
  private Set<String> operatorFaults = Set.of();
  private boolean isDown;
  private long heldBytes = 1 << 20;
  private Duration endTimeout = Duration.ofSeconds(20);

  KeepingDeliveryTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @AfterAll
  static void end() {
    LOOP.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  /** What a device heard of each command; null where it didn't ask. */
  private record Heard(List<String> recipients, @Nullable String data, @Nullable String end) {}

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

  /**
   * The line of a message names all its recipients as queued. So each of them that isn't kept needs
   * a line of its own, or the message would be shown as queued for ever.
   */
  private void assertToldOfAll(Heard heard, String which) {
    if ("250 queued".equals(heard.end())) {
      var told = new ArrayList<>(events.delivered);
      told.addAll(keptRecipients());
      assertEquals(acknowledged(heard), told.stream().sorted().toList(), which);
    }
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
    hop.sayLate(late);

    eventually(() -> events.lines.stream().anyMatch(said -> said.startsWith(line)), line);
    assertEquals(kept, String.join(" ", keptRecipients()));
    if (!line.equals("bounced")) {
      assertToldOfAll(heard, late);
    }
    rows().forEach(row -> assertEquals(1, row.progress().attempts()));
  }

  private static void eventually(BooleanSupplier holds, String what) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!holds.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, what);
      Thread.onSpinWait();
    }
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
    heldBytes = 0;
    room.reserve(new Room.Owner(null, null), 1_000_000);
    assertEquals("452", send(new ScriptedDelivery(List.of("250"), "354", "451")).end());
    assertEquals(Map.of(), table.rows);
    assertTrue(events.lines.contains("alarm QUEUE_FULL"), events.lines.toString());
  }

  @Test
  void whoeverCantBeKeptWhileItIsSilentWaitsForTheAnswer() throws IOException {
    endTimeout = SOON;
    table.isAway = true;
    var hop = new ScriptedDelivery(List.of("250"), "354", "silent");
    LOOP.schedule(() -> hop.sayLate("250"), 300, TimeUnit.MILLISECONDS);

    assertEquals("250", send(hop).end());
  }

  /**
   * Whichever write fails, before it is done or after: a 250 is true for every recipient, and what
   * the device hears as refused isn't kept, so that it doesn't arrive twice.
   */
  @ParameterizedTest
  @CsvSource({
    "250 250, 354, 451",
    "450 250, 354, 250",
    "450 250, 354, 451",
    "450 250, 354, 554",
    "450 450, 354, 250",
    "250 lost, 354, 250",
    "250 250, lost, 250",
    "250 250, 354, lost",
    "530, 354, 250"
  })
  void aFaultAtEveryWrite(String toRecipients, String toData, String toEnd) throws IOException {
    boolean wasReached = true;
    for (int write = 1; wasReached; write++) {
      for (boolean isDone : List.of(false, true)) {
        table.rows.clear();
        table.writes = 0;
        events.delivered.clear();
        table.fault = new FakeQueueTable.Fault(write, isDone);
        var hop = new ScriptedDelivery(words(toRecipients), toData, toEnd);

        Heard heard = send(hop);

        wasReached = table.writes >= write;
        String which = "write " + write + ", done " + isDone + ": " + heard;
        if (String.valueOf(heard.end()).startsWith("250")) {
          var safe = new ArrayList<>(hop.has);
          safe.addAll(keptRecipients());
          assertEquals(acknowledged(heard), safe.stream().sorted().toList(), which);
          assertToldOfAll(heard, which);
        } else {
          eventually(() -> keptRecipients().isEmpty(), which);
          assertEquals(List.of(), hop.has, which);
        }
      }
    }
  }

  private static List<String> acknowledged(Heard heard) {
    var names = List.of("a@x", "b@x", "c@x");
    var acknowledged = new ArrayList<String>();
    for (int i = 0; i < heard.recipients().size(); i++) {
      if (heard.recipients().get(i).startsWith("250")) {
        acknowledged.add(names.get(i));
      }
    }
    return acknowledged;
  }

  // --- The device --------------------------------------------------------------------------------

  private Heard send(ScriptedDelivery hop) throws IOException {
    return send(hop, "a@x", "b@x", "c@x");
  }

  private Heard send(ScriptedDelivery hop, String... to) {
    var delivery = delivery(hop);
    on(delivery, d -> d.begin(mail(-1)));
    var recipients = new ArrayList<String>();
    int asked = isDown ? to.length : Math.min(to.length, hop.recipientsLeft());
    for (String address : Arrays.asList(to).subList(0, asked)) {
      recipients.add(code(on(delivery, d -> d.recipient(new RcptTo(address, null, null)))));
    }
    if (recipients.stream().noneMatch(code -> code.startsWith("250"))) {
      return new Heard(recipients, null, null);
    }
    String data = code(on(delivery, NextHop::data));
    if (!data.equals("354")) {
      return new Heard(recipients, data, null);
    }
    Reply end =
        on(
            delivery,
            d -> {
              d.text(Unpooled.copiedBuffer(TEXT, US_ASCII));
              d.flush();
              return d.finish();
            });
    boolean queued = end.lines().getFirst().startsWith("2.0.0 Queued as id1");
    return new Heard(recipients, data, queued ? "250 queued" : code(end));
  }

  private interface Question {
    CompletionStage<Reply> ask(KeepingDelivery delivery);
  }

  private static Reply on(KeepingDelivery delivery, Question question) {
    return CompletableFuture.supplyAsync(() -> question.ask(delivery), LOOP)
        .thenCompose(answer -> answer)
        .orTimeout(20, TimeUnit.SECONDS)
        .join();
  }

  private static String code(Reply reply) {
    return Integer.toString(reply.code());
  }

  private static Submission mail(long size) {
    return new Submission(
        "id1",
        TestUsers.SCANNER,
        new MailFrom("scans@example.com", size, false, false, null, null));
  }

  private KeepingDelivery delivery(ScriptedDelivery hop) {
    var files = new HeldFiles(folder, Runnable::run, e -> events.trouble("held", e));
    FolderTexts texts = FolderTexts.in(folder.resolve("texts"));
    var store = new Store(texts, table, room, events);
    var schedule = new Schedule(List.of(Duration.ofMinutes(1)));
    RandomGenerator random = () -> 0;
    var settler =
        new Settler(
            store,
            table,
            new Reports(new Reports.Names("relay.test", "x@y"), store, room, events, _ -> {}),
            schedule,
            new Settlement.Rules(Duration.ofDays(2), Duration.ofHours(4), 3),
            LeaseWatch.Clocks.SYSTEM.wall(),
            random,
            events);
    var queue =
        new Queue(
            store,
            table,
            room,
            new HeldBudget(heldBytes),
            files,
            settler,
            schedule,
            new Queue.Terms(endTimeout, Duration.ofMinutes(12)),
            new Answers(operatorFaults),
            LeaseWatch.Clocks.SYSTEM,
            random,
            Thread::startVirtualThread,
            () -> isDown,
            underWay,
            events,
            _ -> {});
    Supplier<Delivery> deliveries = () -> hop;
    return new KeepingDelivery(queue, LOOP, deliveries);
  }

  // --- What is kept ------------------------------------------------------------------------------

  private List<QueuedMessage> rows() {
    return table.rows.values().stream().map(QueueRows::read).toList();
  }

  private List<String> keptRecipients() {
    return rows().stream()
        .flatMap(row -> row.waiting().stream())
        .map(Recipient::address)
        .sorted()
        .toList();
  }

  private void assertText(QueuedMessage row) throws IOException {
    try (InputStream text = FolderTexts.in(folder.resolve("texts")).open(row.id())) {
      assertEquals(TEXT, new String(text.readAllBytes(), US_ASCII));
    }
  }

  private static List<String> words(@Nullable String line) {
    return Optional.ofNullable(line).map(l -> List.of(l.strip().split("\\s+"))).orElse(List.of());
  }
}
