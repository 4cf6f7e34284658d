package dev.ipauth.relay.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.onward.NeverTaken;
import dev.ipauth.relay.smtp.MailFrom;
import dev.ipauth.relay.smtp.NextHop;
import dev.ipauth.relay.smtp.RcptTo;
import dev.ipauth.relay.smtp.Replies;
import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.relay.smtp.Submission;
import dev.ipauth.relay.smtp.TestUsers;
import dev.ipauth.tables.QueueRows;
import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Recipient;
import dev.ipauth.tables.SmtpUser;
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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** A device, a next hop that answers as it is told to, and a queue between them. */
abstract class WithAQueue {
  final EventLoop loop = new DefaultEventLoop();
  static final String TEXT = "Subject: a scan\r\n\r\n..\r\n";
  static final Duration SOON = Duration.ofMillis(50);
  static final Backoff QUICKLY = new Backoff(Duration.ofMillis(1), Duration.ofMillis(5));

  /** What the device sends. */
  String text = TEXT;

  final Path folder;
  final FakeQueueTable table = new FakeQueueTable();
  final RecordedEvents events = new RecordedEvents();
  final Room room = new Room(1_000_000);
  final UnderWay underWay = new UnderWay();

  Set<String> operatorFaults = Set.of();

  /** Stands between the queue and its folder. */
  UnaryOperator<Texts> disk = UnaryOperator.identity();

  static final Room.Owner OTHERS = new Room.Owner(null, null);
  private final List<KeepingDelivery> deliveries = new ArrayList<>();
  private final List<HeldBudget> budgets = new ArrayList<>();
  private long ofOthers;

  boolean isDown;

  /** Recipients that the next hop takes from nobody. */
  Set<String> neverTakenTo = Set.of();

  /** The longest text that it takes. */
  long largest = Long.MAX_VALUE;

  private final NeverTaken neverTaken =
      new NeverTaken() {
        @Override
        public @Nullable Reply sender(MailFrom from) {
          return from.address().contains("@") ? null : Reply.of(501, "5.1.7 No such sender");
        }

        @Override
        public @Nullable Reply recipient(MailFrom from, RcptTo to, int before) {
          if (neverTakenTo.contains(to.address())) {
            return Reply.of(501, "5.1.3 No such address");
          }
          return before < 3 ? null : Replies.TOO_MANY_RECIPIENTS;
        }

        @Override
        public @Nullable Reply text(long bytes) {
          return bytes > largest ? Replies.TOO_LARGE : null;
        }
      };
  long heldBytes = 1 << 20;
  HeldBudget held = new HeldBudget(0);
  Executor threads = Thread::startVirtualThread;

  /** Where held texts are written, and who hears how. */
  Executor heldThreads = Runnable::run;

  HeldFiles.Outcomes heldOutcomes = e -> events.trouble("held", e);
  Duration endTimeout = Duration.ofSeconds(20);
  SmtpUser user = TestUsers.SCANNER;

  /** What the device asks to be told of each recipient. */
  @Nullable String notifyOn;

  WithAQueue(Path folder) {
    this.folder = folder;
  }

  /** Somebody else's messages take so much of the room until the test ends. */
  void othersTake(long octets) {
    assertTrue(room.reserve(OTHERS, octets));
    ofOthers += octets;
  }

  /** However it ended: nothing is held of what isn't under way any more, and nothing reserved. */
  @AfterEach
  void end() {
    table.isAway = false;
    table.beforeWrite = () -> {};
    deliveries.forEach(delivery -> CompletableFuture.runAsync(delivery::abandon, loop).join());
    eventually(() -> budgets.stream().allMatch(budget -> budget.held() == 0), "texts are held");
    room.giveBack(OTHERS, ofOthers);
    eventually(() -> room.reserve(OTHERS, 1_000_000 - room.keptBytes()), "room is reserved");
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  /** What a device heard of each command; null where it didn't ask. */
  record Heard(List<String> recipients, @Nullable String data, @Nullable String end) {}

  /**
   * The line of a message names all its recipients as queued. So each of them that isn't kept needs
   * a line of its own, or the message would be shown as queued for ever.
   */
  void assertToldOfAll(Heard heard, String which) {
    if ("250 queued".equals(heard.end())) {
      eventually(() -> acknowledged(heard).equals(told()), which);
    }
  }

  List<String> told() {
    return Stream.of(events.delivered, events.bounced, keptRecipients())
        .flatMap(List::stream)
        .sorted()
        .toList();
  }

  static void eventually(BooleanSupplier holds, String what) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!holds.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, what);
      Thread.onSpinWait();
    }
  }

  static List<String> acknowledged(Heard heard) {
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

  Heard send(ScriptedDelivery hop) throws IOException {
    return send(hop, "a@x", "b@x", "c@x");
  }

  Heard send(ScriptedDelivery hop, String... to) {
    var delivery = delivery(hop);
    on(delivery, d -> d.begin(mail(-1)));
    var recipients = new ArrayList<String>();
    int asked = isDown ? to.length : Math.min(to.length, hop.recipientsLeft());
    for (String address : Arrays.asList(to).subList(0, asked)) {
      recipients.add(code(on(delivery, d -> d.recipient(new RcptTo(address, notifyOn, null)))));
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
              d.text(Unpooled.copiedBuffer(text, US_ASCII));
              d.flush();
              return d.finish();
            });
    boolean queued = end.lines().getFirst().startsWith("2.0.0 Queued as id1");
    return new Heard(recipients, data, queued ? "250 queued" : code(end));
  }

  interface Question {
    CompletionStage<Reply> ask(KeepingDelivery delivery);
  }

  Reply on(KeepingDelivery delivery, Question question) {
    return CompletableFuture.supplyAsync(() -> question.ask(delivery), loop)
        .thenCompose(answer -> answer)
        .orTimeout(20, TimeUnit.SECONDS)
        .join();
  }

  static String code(Reply reply) {
    return Integer.toString(reply.code());
  }

  Submission mail(long size) {
    return new Submission(
        "id1", user, new MailFrom("scans@example.com", size, false, false, null, null));
  }

  KeepingDelivery delivery(ScriptedDelivery hop) {
    return delivery(hop, loop);
  }

  KeepingDelivery delivery(ScriptedDelivery hop, EventLoop on) {
    var files = new HeldFiles(folder, 1 << 30, heldThreads, heldOutcomes, Duration.ofMinutes(1));
    Texts texts = disk.apply(FolderTexts.in(folder.resolve("texts")));
    var store = new Store(texts, table, room, events);
    var schedule = new Schedule(List.of(Duration.ofMinutes(1)));
    RandomGenerator random = () -> 0;
    var deferredWork = new DeferredWork(threads, QUICKLY, underWay);
    var settler =
        new Settler(
            store,
            table,
            new Reports(
                new Reports.Names("relay.test", "x@y"), store, table, room, events, _ -> {}),
            schedule,
            new Settlement.Rules(Duration.ofDays(2), Duration.ofHours(4), 3),
            QUICKLY,
            deferredWork,
            LeaseWatch.Clocks.SYSTEM.wall(),
            random,
            events);
    held = new HeldBudget(heldBytes);
    budgets.add(held);
    var queue =
        new Queue(
            store,
            table,
            room,
            new HeldTexts(held, files),
            settler,
            schedule,
            new Queue.Timing(endTimeout, Duration.ofMinutes(12), QUICKLY),
            new Answers(operatorFaults),
            LeaseWatch.Clocks.SYSTEM,
            random,
            threads,
            deferredWork,
            () -> isDown,
            underWay,
            events,
            _ -> {});
    var delivery = new KeepingDelivery(queue, on, () -> hop, neverTaken);
    deliveries.add(delivery);
    return delivery;
  }

  // --- What is kept ------------------------------------------------------------------------------

  List<QueuedMessage> rows() {
    return table.rows.values().stream()
        .map(QueueRows::read)
        .filter(row -> !row.mark().isTakenBack())
        .toList();
  }

  List<String> keptRecipients() {
    return rows().stream()
        .flatMap(row -> row.waiting().stream())
        .map(Recipient::address)
        .sorted()
        .toList();
  }

  void assertText(QueuedMessage row) throws IOException {
    try (InputStream text = FolderTexts.in(folder.resolve("texts")).open(row.id())) {
      assertEquals(TEXT, new String(text.readAllBytes(), US_ASCII));
    }
  }

  static List<String> words(@Nullable String line) {
    return Optional.ofNullable(line).map(l -> List.of(l.strip().split("\\s+"))).orElse(List.of());
  }

  boolean nobodyIsAtIt() {
    return rows().stream()
        .noneMatch(row -> row.isUnderWay(LeaseWatch.Clocks.SYSTEM.wall().instant()));
  }
}
