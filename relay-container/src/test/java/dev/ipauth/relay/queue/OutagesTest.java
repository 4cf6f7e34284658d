package dev.ipauth.relay.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Mark;
import dev.ipauth.tables.QueuedMessage.Progress;
import dev.ipauth.tables.QueuedMessage.Recipient;
import dev.ipauth.tables.QueuedMessage.Sender;
import dev.ipauth.tables.QueuedMessage.Text;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A day of mail from five SMTP users, and two relays that deliver it to a next hop that is away for
 * hours, comes and goes, and puts off everything for a while: in virtual time, half a minute at a
 * step. Now and then a relay is killed, or an attempt ends without a trace: before its final dot or
 * behind it, and then the message may arrive once more.
 *
 * <p>What a recipient's next hop says is in the address: {@code ok}, {@code grey} (put off twice),
 * {@code full} (put off for ever) and {@code gone} (refused for good).
 */
class OutagesTest {
  private static final Duration STEP = Duration.ofSeconds(30);
  private static final Duration DAY = Duration.ofHours(24);
  private static final Duration LIFETIME = Duration.ofHours(12);
  private static final Duration LEASE = Duration.ofMinutes(15);
  private static final int CONNECTIONS = 4;
  private static final byte[] TEXT = "Subject: a scan\r\n\r\nHello.\r\n".getBytes(US_ASCII);
  private static final List<String> KINDS = List.of("ok", "ok", "ok", "grey", "full", "gone");
  private static final Schedule SCHEDULE =
      new Schedule(
          Stream.of(1, 2, 5, 10, 15, 30, 60, 120).map(i -> Duration.ofMinutes(i)).toList());

  private final FakeQueueTable table = new FakeQueueTable();
  private final TextsInMemory texts = new TextsInMemory();
  private final RecordedEvents events = new RecordedEvents();
  private final EventLoop loop = new DefaultEventLoop();
  private final Set<String> accepted = new HashSet<>();
  private final List<String> atTheNextHop = new CopyOnWriteArrayList<>();
  private final Map<String, Integer> attempts = new ConcurrentHashMap<>();
  private final Map<String, Integer> putOff = new ConcurrentHashMap<>();

  /** What the digests said that arrived. */
  private final List<String> digests = new CopyOnWriteArrayList<>();

  private final List<String> endedBehindTheDot = new CopyOnWriteArrayList<>();
  private final List<Relay> relays = new ArrayList<>(List.of(new Relay(), new Relay()));
  private volatile Instant now = Messages.TAKEN;
  private int messages;
  private int comebacks;

  @AfterEach
  void end() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void everyRecipientOfADayIsDeliveredToOrToldOfOnce(int seed) throws InterruptedException {
    var random = new Random(seed);
    Instant end = now.plus(DAY);
    boolean wasUp = true;
    for (; now.isBefore(end) || !table.rows.isEmpty(); now = now.plus(STEP)) {
      assertTrue(now.isBefore(end.plus(LIFETIME).plus(LIFETIME)), () -> "left: " + table.rows);
      if (now.isBefore(end)) {
        accept(random);
      }
      boolean up = isUp();
      for (Relay relay : relays) {
        relay.nextHopIsDown = !up;
        if (up && !wasUp) {
          comebacks++;
          relay.outOfTurn().makeAllDue();
        }
        relay.round();
      }
      wasUp = up;
      if (random.nextInt(500) == 0) {
        relays.set(random.nextInt(relays.size()), new Relay());
      }
    }

    assertEquals(List.of(), problems(), "seed " + seed);
  }

  /** What isn't as it was promised. */
  private List<String> problems() {
    var problems = new ArrayList<String>();
    var hop = atTheNextHop.stream().collect(Collectors.groupingBy(to -> to));
    for (String to : accepted) {
      int delivered = hop.getOrDefault(to, List.of()).size();
      long bounced = events.bounced.stream().filter(to::equals).count();
      boolean isForGood = to.startsWith("full") || to.startsWith("gone");
      long twice = endedBehindTheDot.stream().filter(to::equals).count();
      if (delivered < (isForGood ? 0 : 1)
          || delivered > (isForGood ? 0 : 1 + twice)
          || bounced != (isForGood ? 1 : 0)) {
        problems.add(to + ": delivered " + delivered + " times, bounced " + bounced + " times");
      }
      boolean isTold =
          Stream.concat(texts.reports.stream(), digests.stream())
              .anyMatch(report -> report.contains(to));
      if (isForGood && !isTold) {
        problems.add(to + ": nobody was told");
      }
    }
    attempts.forEach(
        (id, times) -> {
          // Twelve hours of the schedule, one for each time the next hop came back, and those that
          // ended without a trace.
          if (times > 20 + comebacks) {
            problems.add(id + ": " + times + " attempts");
          }
        });
    for (Relay relay : relays) {
      if (relay.mostAtOnce.get() > CONNECTIONS) {
        problems.add(relay.mostAtOnce + " attempts at once");
      }
    }
    // A relay may end while bouncing is paused, and what it noted is the next one's.
    problems.addAll(
        texts.texts.keySet().stream()
            .filter(id -> !id.equals("PAUSED"))
            .map(id -> "a text is left: " + id)
            .toList());
    return problems;
  }

  // --- The mail and the next hop
  // -------------------------------------------------------------------

  /** Away for four hours, then coming and going for one, then quiet. */
  private boolean isUp() {
    long minute = Duration.between(Messages.TAKEN, now).toMinutes();
    boolean isAway = minute >= 120 && minute < 360;
    boolean flaps = minute >= 420 && minute < 480 && minute % 5 < 3;
    return !isAway && !flaps;
  }

  private boolean isPuttingOffEverything() {
    long minute = Duration.between(Messages.TAKEN, now).toMinutes();
    return minute >= 600 && minute < 660;
  }

  private void accept(Random random) {
    if (random.nextInt(3) > 0) {
      return;
    }
    String id = "m" + messages++;
    var recipients = new ArrayList<Recipient>();
    for (int i = 0; i <= random.nextInt(3); i++) {
      String kind = KINDS.get(random.nextInt(KINDS.size()));
      String address = kind + "." + i + "." + id + "@example.net";
      recipients.add(Messages.recipient(address, null));
      accepted.add(address);
    }
    var checksum = new CRC32C();
    checksum.update(TEXT);
    var message =
        new QueuedMessage(
            id,
            "acme",
            "user" + random.nextInt(5),
            new Sender("scans@example.com", false, false, null, null),
            recipients,
            new Text(TEXT.length, (int) checksum.getValue()),
            "it@example.com",
            now,
            new Progress(1, now.plus(SCHEDULE.after(1, random)), null, null, false),
            1,
            Mark.NONE);
    try {
      assertTrue(relays.getFirst().store.keep(message, Texts.Content.of(TEXT)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String answer(Recipient to) {
    String kind = to.address().split("[.@]", -1)[0];
    if (!isUp()) {
      return "lost";
    }
    if (isPuttingOffEverything()) {
      return "451/4.3.2";
    }
    return switch (kind) {
      case "full" -> "452/4.2.2";
      case "gone" -> "550/5.1.1";
      case "grey" -> putOff.merge(to.address(), 1, Integer::sum) <= 2 ? "450/4.7.1" : "250";
      default -> "250";
    };
  }

  /** The same for every run with the same mail, whichever thread asks first. */
  private static boolean isOneIn(int many, String what, QueuedMessage message) {
    long chance = Objects.hash(what, message.id(), message.version());
    return new Random(chance).nextInt(many) == 0;
  }

  // --- A relay -----------------------------------------------------------------------------------

  private final class Relay {
    private final Backoff quickly = new Backoff(Duration.ofMillis(1), Duration.ofMillis(1));
    private final LeaseWatch.Clocks clocks =
        new LeaseWatch.Clocks(() -> now, () -> now.toEpochMilli() * 1_000_000);
    private final Room room = new Room(1 << 30);
    private final Store store = new Store(texts, table, room, events);
    private final UnderWay underWay = new UnderWay();
    private final Reports reports =
        new Reports(
            new Reports.Names("relay.test", "x@relay.test"), store, table, room, events, _ -> {});
    private final Settler settler =
        new Settler(
            store,
            table,
            reports,
            SCHEDULE,
            new Settlement.Rules(LIFETIME, Duration.ofHours(4), 3),
            quickly,
            new DeferredWork(Thread::startVirtualThread, quickly, underWay),
            () -> now,
            new Random(1),
            events);
    private final AtomicInteger atOnce = new AtomicInteger();
    final AtomicInteger mostAtOnce = new AtomicInteger();
    volatile boolean nextHopIsDown;

    Relay() {
      settler.pause().share();
    }

    OutOfTurn outOfTurn() {
      return new OutOfTurn(table, () -> now, SCHEDULE, underWay::isAt, events, _ -> {});
    }

    /** Takes up what is due now, and waits for the end of its attempts. */
    void round() throws InterruptedException {
      var limits = new Deliverer.Limits(CONNECTIONS, LEASE, LIFETIME);
      var deliverer =
          new Deliverer(
              table, new Attempts(), limits, clocks, () -> nextHopIsDown, underWay, events);
      deliverer.round();
      deliverer.stop();
      assertTrue(underWay.drain(Duration.ofMinutes(1)));
    }

    private final class Attempts implements Deliverer.Attempts {
      @Override
      public Optional<Instant> make(LeaseWatch lease) throws Deliverer.SetAside {
        mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
        QueuedMessage message = lease.message();
        attempts.merge(message.id(), 1, Integer::sum);
        var said = message.waiting().stream().map(OutagesTest.this::answer).toList();
        var hop = new ScriptedDelivery(said, "354", "250");
        try (InputStream text = reports.open(message)) {
          if (isOneIn(50, "before", message)) {
            return Optional.empty();
          }
          var attempt = new Attempt(loop, hop, new Answers(Set.of()), message, lease);
          AttemptResult result = attempt.make(text, now);
          atTheNextHop.addAll(hop.has);
          if (message.text().isDigest() && !hop.has.isEmpty()) {
            digests.addAll(message.text().digest());
          }
          if (isOneIn(50, "behind", message)) {
            endedBehindTheDot.addAll(hop.has);
            return Optional.empty();
          }
          return settler.settle(lease, result);
        } catch (IOException | LeaseWatch.Lost e) {
          throw new Deliverer.SetAside(e.toString());
        } finally {
          atOnce.decrementAndGet();
        }
      }

      @Override
      public void damaged(String id, String why) {
        store.endDamaged(id, why);
      }

      @Override
      public void dropped(QueuedMessage message) {
        assertTrue(message.mark().isTakenBack(), "nobody drops anything here");
        store.forgetTakenBack(message);
      }
    }
  }

  /** What is put is there; reports are remembered when they are gone. */
  private static final class TextsInMemory implements Texts {
    final Map<String, byte[]> texts = new ConcurrentHashMap<>();
    final List<String> reports = new CopyOnWriteArrayList<>();

    @Override
    public void put(String id, Content content) throws IOException {
      try (InputStream in = content.open()) {
        byte[] octets = in.readAllBytes();
        texts.put(id, octets);
        if (octets.length != TEXT.length) {
          reports.add(new String(octets, US_ASCII).replace("=\r\n", ""));
        }
      }
    }

    @Override
    public InputStream open(String id) throws IOException {
      byte[] octets = texts.get(id);
      if (octets == null) {
        throw new FileNotFoundException(id);
      }
      return Content.of(octets).open();
    }

    @Override
    public void delete(String id) {
      texts.remove(id);
    }

    @Override
    public void forEach(Consumer<Found> each) {
      texts.forEach((id, octets) -> each.accept(new Found(id, Instant.EPOCH, octets.length)));
    }

    @Override
    public boolean isAlone() {
      return false;
    }

    @Override
    public void close() {}
  }
}
