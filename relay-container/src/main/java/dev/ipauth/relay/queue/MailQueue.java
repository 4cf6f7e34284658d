package dev.ipauth.relay.queue;

import dev.ipauth.relay.onward.Delivery;
import dev.ipauth.relay.onward.Onward;
import dev.ipauth.relay.queue.QueueSettings.Place;
import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Progress;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.s3.S3Client;

/** The queue of one relay, put together: what passes is kept here, and delivered from here. */
public final class MailQueue implements AutoCloseable {
  private static final double SHARE_OF_DISK = 0.8;
  private static final long BUCKET_BYTES = 100L << 30;

  /** How long the answer to a final dot is listened for when the device waits no longer. */
  public static final Duration LISTENING = Duration.ofMinutes(10);

  private static final int ATTEMPTS_BEFORE_GIVING_UP = 3;

  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("queue-", 0).factory());
  private final QueueSettings settings;
  private final QueueTable table;
  private final Store store;
  private final Room room;
  private final HeldBudget held;
  private final Settler settler;
  private final Queue queue;
  private final Deliverer deliverer;
  private final Onward onward;
  private final Supplier<EventLoop> loops;
  private final InstantSource clock = InstantSource.system();
  private final Answers answers;
  private volatile @Nullable Instant oldest;
  private final QueueEvents events;

  /**
   * Delivers nothing until {@link #start}.
   *
   * @param tables stays the caller's to close
   * @throws IllegalArgumentException with a sentence for the operator when the texts can't be kept
   */
  public MailQueue(
      QueueSettings settings,
      String hostname,
      DynamoDbClient tables,
      Onward onward,
      Supplier<EventLoop> loops,
      QueueEvents events) {
    this.settings = settings;
    this.onward = onward;
    this.loops = loops;
    this.events = events;
    RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();
    answers = new Answers(settings.operatorFaults());
    table = new DynamoQueueTable(tables, settings.table());
    room = new Room(maxBytes(settings));
    store = new Store(texts(settings.texts()), table, room, events);
    held = new HeldBudget(settings.heldBytes());
    var schedule = new Schedule(settings.schedule());
    var rules =
        new Settlement.Rules(
            settings.lifetime(), settings.delayNotice(), ATTEMPTS_BEFORE_GIVING_UP);
    var reports =
        new Reports(
            new Reports.Names(hostname, settings.bounceFrom()),
            store,
            new ReportQuota(),
            this::dueAt);
    settler = new Settler(store, table, reports, schedule, rules, clock, random, events);
    queue =
        new Queue(
            store,
            table,
            room,
            held,
            new HeldFiles(settings.heldFolder(), e -> events.trouble("A text can't be held", e)),
            settler,
            schedule,
            new Queue.Terms(settings.endTimeout(), LISTENING),
            answers,
            clock,
            random,
            threads,
            onward.health()::isDown,
            events,
            this::dueAt);
    deliverer =
        new Deliverer(
            table,
            this::attempt,
            new Deliverer.Terms(settings.connections(), settings.lease(), settings.lifetime()),
            clock,
            onward.health()::isDown,
            events);
  }

  /** The operator's command, which needs no running relay. */
  public static QueueCommand command(
      QueueSettings settings, DynamoDbClient tables, PrintStream out, PrintStream err) {
    var table = new DynamoQueueTable(tables, settings.table());
    Texts texts = texts(settings.texts());
    return new QueueCommand(
        table,
        message -> table.remove(message) && isDeleted(texts, message.id(), err),
        InstantSource.system(),
        out,
        err);
  }

  private static boolean isDeleted(Texts texts, String id, PrintStream err) {
    try {
      texts.delete(id);
    } catch (IOException e) {
      err.println(id + ": its text stays until it is swept: " + e.getMessage());
    }
    return true;
  }

  private static Texts texts(Place place) {
    return switch (place) {
      case Place.Folder(var path) -> FolderTexts.in(path);
      case Place.Bucket(String name, String prefix) -> new S3Texts(s3(), name, prefix);
    };
  }

  /** With the same small HTTP client as all that the relay asks of AWS. */
  private static S3Client s3() {
    return S3Client.builder().httpClientBuilder(UrlConnectionHttpClient.builder()).build();
  }

  private static long maxBytes(QueueSettings settings) {
    Long given = settings.maxBytes();
    return given != null
        ? given
        : switch (settings.texts()) {
          case Place.Bucket _ -> BUCKET_BYTES;
          case Place.Folder(var path) -> {
            FolderTexts.in(path);
            try {
              yield (long) (Files.getFileStore(path).getUsableSpace() * SHARE_OF_DISK);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };
  }

  /** Begins to deliver. */
  public void start() {
    onward.health().listen(this::nextHopChanged);
    threads.execute(this::count);
    threads.execute(this::sweep);
    deliverer.start();
  }

  /** The way for one device's messages, on its channel's event loop. */
  public Delivery delivery(EventLoop loop) {
    return new KeepingDelivery(queue, loop, () -> onward.delivery(loop));
  }

  private void dueAt(Instant when) {
    deliverer.dueAt(when);
  }

  private void nextHopChanged(boolean down) {
    events.alarm(QueueEvents.Alarm.NEXT_HOP_DOWN, !down);
    if (!down) {
      threads.execute(this::makeAllDue);
    }
  }

  /** The next hop is back: nobody waits for the schedule. */
  private void makeAllDue() {
    Instant now = clock.instant();
    try {
      for (QueuedMessage message : store.all()) {
        Progress progress = message.progress();
        if (!message.isUnderWay(now) && progress.due().isAfter(now)) {
          table.move(
              message,
              message.moved(
                  new Progress(
                      progress.attempts(),
                      now,
                      null,
                      progress.lastReply(),
                      progress.delayReported())));
        }
      }
      dueAt(now);
    } catch (SdkException e) {
      events.trouble("What is kept can't be brought forward; it is tried by its schedule", e);
    }
  }

  private Optional<Instant> attempt(QueuedMessage leased) throws Deliverer.SetAside {
    Instant began = clock.instant();
    EventLoop loop = loops.get();
    var lease =
        new LeaseWatch(table, clock, System::nanoTime, settings.lease(), leased, System.nanoTime());
    try (InputStream text = store.open(leased)) {
      var attempt = new Attempt(loop, onward.delivery(loop), answers, leased, lease);
      return settler.settle(lease.message(), attempt.make(text, began));
    } catch (Store.DamagedText e) {
      throw new Deliverer.SetAside(String.valueOf(e.getMessage()));
    } catch (LeaseWatch.Lost _) {
      return Optional.empty();
    } catch (IOException e) {
      events.trouble("A text can't be read now; its message is tried again", e);
      return Optional.empty();
    }
  }

  /** What is kept now, for metrics. */
  public Kept kept() {
    Instant first = oldest;
    Duration age = first == null ? Duration.ZERO : Duration.between(first, clock.instant());
    return new Kept(room.keptMessages(), room.keptBytes(), held.held(), age);
  }

  /**
   * Of all that is kept.
   *
   * @param oldest age of the oldest, as of the last count
   */
  public record Kept(long messages, long bytes, long heldBytes, Duration oldest) {}

  /** Counts what is kept, since other relays keep messages too. */
  public void count() {
    List<QueuedMessage> all = store.all();
    room.recount(all);
    oldest =
        all.stream().map(QueuedMessage::acceptedAt).min(Comparator.naturalOrder()).orElse(null);
    events.alarm(QueueEvents.Alarm.QUEUE_FULL, !room.isFull());
  }

  /** Deletes texts that no row has needed for a day. */
  public void sweep() {
    try {
      store.sweep(clock.instant());
    } catch (IOException | SdkException e) {
      events.trouble("The queue can't be swept now", e);
    }
  }

  /**
   * Takes up nothing more, and lets the attempts under way end.
   *
   * @return whether all of them have
   */
  public boolean drain(Duration atMost) throws InterruptedException {
    return deliverer.drain(atMost);
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
