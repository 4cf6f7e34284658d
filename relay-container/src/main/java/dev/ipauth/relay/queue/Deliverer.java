package dev.ipauth.relay.queue;

import dev.ipauth.tables.QueueRows;
import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Lease;
import dev.ipauth.tables.QueuedMessage.Progress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Finds what is due and has it delivered, a few at once. Every relay of the platform runs one; a
 * message is taken up by whoever is first to write its lease.
 *
 * <p>Sleeps until it knows that something is due, and asks the table now and then in case another
 * relay has kept something and is gone.
 */
final class Deliverer {
  /** An index query for each shard so often costs some fifteen cents a month. */
  private static final Duration LONGEST_SLEEP = Duration.ofSeconds(5);

  private static final Duration AFTER_TROUBLE = Duration.ofSeconds(5);

  /** How many are looked up for each connection, so that a shard's turn is worth its query. */
  private static final int AHEAD = 4;

  private final QueueTable table;
  private final Attempts attempts;
  private final InstantSource clock;
  private final Terms terms;
  private final BooleanSupplier nextHopIsDown;
  private final QueueEvents events;
  private final Semaphore connections;

  /** Set aside by this process; tried again after its next start. */
  private final Set<String> setAside = ConcurrentHashMap.newKeySet();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition woken = lock.newCondition();

  /** What was said to be due, and not looked for yet. */
  private Instant saidDue = Instant.MAX;

  private boolean stopped;

  /** Makes an attempt at a message that is leased, and settles it. */
  interface Attempts {
    /**
     * @return when the message is next due, empty when it is over
     * @throws SetAside when the message can't be used
     */
    Optional<Instant> make(QueuedMessage leased) throws SetAside;
  }

  /** A message that isn't tried any more until somebody has looked at it. */
  static final class SetAside extends Exception {
    private static final long serialVersionUID = 1;

    SetAside(String why) {
      super(why);
    }
  }

  /**
   * How it goes about it.
   *
   * @param connections {@code QUEUE_CONNECTIONS}
   * @param lease {@code QUEUE_LEASE}
   * @param lifetime {@code QUEUE_LIFETIME}
   */
  record Terms(int connections, Duration lease, Duration lifetime) {}

  Deliverer(
      QueueTable table,
      Attempts attempts,
      Terms terms,
      InstantSource clock,
      BooleanSupplier nextHopIsDown,
      QueueEvents events) {
    this.table = table;
    this.attempts = attempts;
    this.clock = clock;
    this.terms = terms;
    this.nextHopIsDown = nextHopIsDown;
    this.events = events;
    this.connections = new Semaphore(terms.connections());
  }

  void start() {
    Thread.ofVirtual().name("queue").start(this::run);
  }

  /** Says that something is due then, so that it isn't slept through. */
  void dueAt(Instant when) {
    lock.lock();
    try {
      if (when.isBefore(saidDue)) {
        saidDue = when;
        woken.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    while (!isStopped()) {
      sleepUntil(round());
    }
  }

  /** Takes up what is due, and says when to look again. */
  Instant round() {
    Instant now = clock.instant();
    try {
      for (String id : due(now)) {
        takeUp(id);
      }
      return now.plus(LONGEST_SLEEP);
    } catch (SdkException e) {
      events.trouble("The queue's table can't be read; nothing is delivered from it meanwhile", e);
      return now.plus(AFTER_TROUBLE);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return now.plus(LONGEST_SLEEP);
    }
  }

  /** Of each shard what is longest due. */
  private List<String> due(Instant now) {
    var due = new ArrayList<String>();
    for (int shard = 0; shard < QueueRows.SHARDS; shard++) {
      due.addAll(table.due(shard, now, terms.connections() * AHEAD));
    }
    due.removeAll(setAside);
    return due;
  }

  /** Waits for a free connection, leases the message, and makes the attempt on its own thread. */
  private void takeUp(String id) throws InterruptedException {
    connections.acquire();
    boolean begun = false;
    try {
      Optional<QueuedMessage> leased = lease(id);
      if (leased.isPresent()) {
        Thread.ofVirtual().name("queue-" + id).start(() -> attempt(leased.get()));
        begun = true;
      }
    } catch (QueueRows.DamagedRow e) {
      setAside(id, String.valueOf(e.getMessage()));
    } finally {
      if (!begun) {
        connections.release();
      }
    }
  }

  private Optional<QueuedMessage> lease(String id) {
    Instant now = clock.instant();
    return table.read(id).filter(message -> isWanted(message, now)).flatMap(m -> lease(m, now));
  }

  /** The index lags: what it shows may have been delivered, or be under way. */
  private boolean isWanted(QueuedMessage message, Instant now) {
    boolean due = !message.progress().due().isAfter(now);
    return due && (!nextHopIsDown.getAsBoolean() || isLastChance(message, now));
  }

  /**
   * What runs out of time while the next hop is away is tried all the same before it is given up.
   */
  private boolean isLastChance(QueuedMessage message, Instant now) {
    return now.isAfter(message.acceptedAt().plus(terms.lifetime()));
  }

  private Optional<QueuedMessage> lease(QueuedMessage message, Instant now) {
    Progress before = message.progress();
    Instant until = now.plus(terms.lease());
    var lease = new Lease(UUID.randomUUID().toString(), until);
    QueuedMessage leased =
        message.moved(
            new Progress(
                before.attempts(), until, lease, before.lastReply(), before.delayReported()));
    return table.move(message, leased) ? Optional.of(leased) : Optional.empty();
  }

  private void attempt(QueuedMessage leased) {
    try {
      attempts.make(leased).ifPresent(this::dueAt);
    } catch (SetAside e) {
      setAside(leased.id(), String.valueOf(e.getMessage()));
    } catch (SdkException e) {
      events.trouble("The outcome of an attempt can't be written; its lease runs out", e);
    } finally {
      connections.release();
      dueAt(clock.instant());
    }
  }

  private void setAside(String id, String why) {
    if (setAside.add(id)) {
      events.setAside(id, why);
    }
  }

  private void sleepUntil(Instant next) {
    lock.lock();
    try {
      long millis = millisUntil(next);
      while (!stopped && millis > 0) {
        var _ = woken.await(millis, TimeUnit.MILLISECONDS);
        millis = millisUntil(next);
      }
      saidDue = Instant.MAX;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  private long millisUntil(Instant next) {
    Instant until = saidDue.isBefore(next) ? saidDue : next;
    return Duration.between(clock.instant(), until).toMillis();
  }

  private boolean isStopped() {
    lock.lock();
    try {
      return stopped;
    } finally {
      lock.unlock();
    }
  }

  /** Takes up nothing more, and waits for the attempts under way. */
  boolean drain(Duration atMost) throws InterruptedException {
    lock.lock();
    try {
      stopped = true;
      woken.signal();
    } finally {
      lock.unlock();
    }
    return connections.tryAcquire(terms.connections(), atMost.toMillis(), TimeUnit.MILLISECONDS);
  }
}
