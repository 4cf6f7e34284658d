package dev.ipauth.relay.queue;

import dev.ipauth.relay.onward.Delivery;
import dev.ipauth.relay.onward.Failure;
import dev.ipauth.relay.onward.Lane;
import dev.ipauth.relay.onward.NextHopHealth;
import dev.ipauth.relay.onward.Onward;
import dev.ipauth.relay.smtp.NextHop;
import dev.ipauth.tables.QueuedMessage;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The queue of one relay, put together: what passes is kept here, and delivered from here. */
public final class MailQueue implements AutoCloseable {
  /** How long the answer to a final dot is listened for when the device waits no longer. */
  public static final Duration LISTENING = Duration.ofMinutes(10);

  /** A lease outlasts the listening, the keeping before it, and what clocks differ by. */
  private static final Duration LEASE_BEYOND = Duration.ofMinutes(2);

  private static final Duration LAST_LOOKS = Duration.ofSeconds(5);

  static final int ATTEMPTS_BEFORE_GIVING_UP = 3;

  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("queue-", 0).factory());
  private final QueueTable table;
  private final Texts texts;
  private final Store store;
  private final Room room;
  private final HeldTexts held;
  private final Settler settler;
  private final Queue queue;
  private final Deliverer deliverer;
  private final OutOfTurn outOfTurn;
  private final Onward onward;
  private final Supplier<EventLoop> loops;
  private final LeaseWatch.Clocks clocks = LeaseWatch.Clocks.SYSTEM;
  private final InstantSource clock = clocks.wall();
  private final UnderWay underWay = new UnderWay();
  private final Reports reports;
  private final Answers answers;
  private volatile @Nullable Instant oldest;
  private volatile @Nullable Set<NextHop.Extension> noted;
  private volatile long setAside;
  private final QueueEvents events;

  /**
   * Delivers nothing until {@link #start}.
   *
   * @param tables stays the caller's to close
   * @param held holds messages while they pass
   * @throws IllegalArgumentException with a sentence for the operator when the texts can't be kept
   */
  public MailQueue(
      QueueSettings settings,
      String hostname,
      DynamoDbClient tables,
      HeldTexts held,
      Onward onward,
      Supplier<EventLoop> loops,
      QueueEvents events) {
    this.onward = onward;
    this.loops = loops;
    this.events = events;
    RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();
    answers = new Answers(settings.operatorFaults());
    table = new DynamoQueueTable(tables, settings.table(), events.table());
    texts = Places.open(settings.texts(), events);
    room = new Room(Places.maxBytes(settings, texts));
    store = new Store(texts, table, room, events);
    this.held = held;
    var schedule = new Schedule(settings.schedule());
    var rules =
        new Settlement.Rules(
            settings.lifetime(), settings.delayNotice(), ATTEMPTS_BEFORE_GIVING_UP);
    reports =
        new Reports(
            new Reports.Names(hostname, settings.bounceFrom()),
            store,
            table,
            room,
            events,
            this::dueAt);
    var deferredWork = new DeferredWork(threads, Backoff.USUAL, underWay);
    settler =
        new Settler(
            store,
            table,
            reports,
            schedule,
            rules,
            Backoff.USUAL,
            deferredWork,
            clock,
            random,
            events);
    queue =
        new Queue(
            store,
            table,
            room,
            held,
            settler,
            schedule,
            new Queue.Timing(settings.endTimeout(), LISTENING.plus(LEASE_BEYOND), Backoff.USUAL),
            answers,
            clocks,
            random,
            threads,
            deferredWork,
            onward.health()::isDown,
            underWay,
            events,
            this::dueAt);
    deliverer =
        new Deliverer(
            table,
            new Attempts(),
            new Deliverer.Limits(settings.connections(), settings.lease(), settings.lifetime()),
            clocks,
            onward.health()::isDown,
            underWay,
            events);
    outOfTurn = new OutOfTurn(table, clock, schedule, underWay::isAt, events, this::dueAt);
    recallOffers();
    settler.pause().share();
    onward.health().listen(new Health());
  }

  private void recallOffers() {
    try {
      store
          .noted()
          .ifPresent(
              offers -> {
                noted = offers;
                onward.recall(offers);
              });
    } catch (IOException e) {
      events.trouble("What the next hop offered before isn't known", e);
    }
  }

  /** Where texts could not be used, this is also a try whether they can be by now. */
  private void noteOffers() {
    Set<NextHop.Extension> offered = onward.delivery(loops.get(), Lane.QUEUE).extensions();
    if (offered == null || (offered.equals(noted) && !store.isInTrouble())) {
      return;
    }
    try {
      store.note(offered);
      noted = offered;
    } catch (IOException e) {
      events.trouble("What the next hop offers can't be noted for the next start", e);
    }
  }

  /**
   * The operator's command, which needs no running relay.
   *
   * @param table {@code Queue}'s name or ARN
   */
  public static QueueCommand command(
      String table, DynamoDbClient tables, PrintStream out, PrintStream err) {
    return new QueueCommand(
        new DynamoQueueTable(tables, table, QueueEvents.Watch.NONE),
        InstantSource.system(),
        out,
        err);
  }

  /** Begins to deliver. */
  public void start() {
    threads.execute(
        () -> {
          if (store.isAlone()) {
            outOfTurn.takeOver();
          }
          count();
          deliverer.run();
        });
    threads.execute(this::sweep);
  }

  /** The way for one device's messages, on its channel's event loop. */
  public Delivery delivery(EventLoop loop) {
    return new KeepingDelivery(
        queue, loop, () -> onward.delivery(loop, Lane.DEVICES), onward.neverTaken());
  }

  private void dueAt(Instant when) {
    deliverer.dueAt(when);
  }

  private final class Health implements NextHopHealth.Listener {
    @Override
    public void changed(boolean down) {
      events.alarm(QueueEvents.Alarm.NEXT_HOP_DOWN, !down);
      if (!down) {
        threads.execute(outOfTurn::makeAllDue);
      }
    }

    @Override
    public void opened() {
      settler.operatorFault().opened();
    }

    @Override
    public void failed(Failure failure) {
      settler.operatorFault().failed(failure);
    }
  }

  private final class Attempts implements Deliverer.Attempts {
    @Override
    public Optional<Instant> make(LeaseWatch lease) throws Deliverer.SetAside {
      Instant began = clock.instant();
      EventLoop loop = loops.get();
      QueuedMessage leased = lease.message();
      try (InputStream text = reports.open(leased)) {
        var attempt = new Attempt(loop, onward.delivery(loop, Lane.QUEUE), answers, leased, lease);
        AttemptResult result = attempt.make(text, began);
        return settler.settle(lease, result);
      } catch (Store.DamagedText e) {
        throw new Deliverer.SetAside(String.valueOf(e.getMessage()));
      } catch (LeaseWatch.Lost _) {
        return Optional.empty();
      } catch (IOException e) {
        return settler.putOff(lease, e);
      }
    }

    @Override
    public void dropped(QueuedMessage message) {
      if (message.mark().isTakenBack()) {
        store.forgetTakenBack(message);
      } else if (store.forgetDropped(message, clock.instant())) {
        events.dropped(message, String.valueOf(message.mark().droppedBy()));
      }
    }

    @Override
    public void damaged(String id, String why) {
      store.endDamaged(id, why);
    }
  }

  /** Why nothing can be kept now; empty when nothing is known to be wrong. Doesn't block. */
  public Optional<String> trouble() {
    return texts.trouble();
  }

  /** What is kept now, for metrics. */
  public Kept kept() {
    Instant first = oldest;
    Duration age = first == null ? Duration.ZERO : QueuedMessage.age(first, clock.instant());
    return new Kept(room.keptMessages(), room.keptBytes(), held.inMemory(), age, setAside);
  }

  /**
   * Of all that is kept.
   *
   * @param oldest age of the oldest, as of the last count
   * @param setAside how many are set aside, as of the last count
   */
  public record Kept(long messages, long bytes, long heldBytes, Duration oldest, long setAside) {}

  /** Counts what is kept, since other relays keep messages too. */
  public void count() {
    noteOffers();
    settler.pause().share();
    try {
      var count = new Counting();
      count.addDamaged(store.forEachMessage(count::add));
      count.end();
    } catch (SdkException e) {
      events.trouble("What is kept can't be counted now", e);
    }
  }

  private final class Counting {
    private final Room.Count all = room.new Count();
    private final Set<String> gone = settler.tried();
    private @Nullable Instant first;
    private boolean outOfReach;
    private long aside;

    void add(QueuedMessage message) {
      all.add(message);
      gone.remove(message.id());
      Instant taken = message.acceptedAt();
      first = first == null || taken.isBefore(first) ? taken : first;
      aside += message.mark().setAside() == null ? 0 : 1;
      outOfReach |= outOfTurn.isOutOfReach(message);
    }

    void addDamaged(long rows) {
      aside += rows;
    }

    void end() {
      all.end();
      oldest = first;
      setAside = aside;
      settler.forget(gone);
      if (first == null) {
        settler.operatorFault().nothingIsKept();
      }
      events.alarm(QueueEvents.Alarm.SET_ASIDE, aside == 0);
      room.lookForRoom(length -> store.takes(length, clock.instant()));
      events.alarm(QueueEvents.Alarm.QUEUE_FULL, !room.isFull());
      events.counted(kept());
      if (outOfReach) {
        outOfTurn.reach();
      }
    }
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
   * Takes up nothing more, and lets what is under way end: attempts, and answers that are still
   * listened for. What hasn't ended by then is another relay's, or due at the next start.
   *
   * @return whether all of it has ended
   */
  public boolean drain(Duration atMost) throws InterruptedException {
    deliverer.stop();
    return underWay.drain(atMost);
  }

  /** What it is at now is waited for a little: the tables are closed behind it. */
  @Override
  public void close() {
    deliverer.stop();
    threads.shutdown();
    try {
      var _ = threads.awaitTermination(LAST_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    threads.shutdownNow();
    store.close();
  }
}
