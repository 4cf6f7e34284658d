package dev.ipauth.relay.queue;

import dev.ipauth.relay.fault.Cause;
import dev.ipauth.relay.queue.QueueTable.Due;
import dev.ipauth.tables.QueueRows;
import dev.ipauth.tables.QueuedMessage;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
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
  private static final System.Logger LOG = System.getLogger("relay");

  /** An index query for each shard so often costs some fifteen cents a month. */
  private static final Duration LONGEST_SLEEP = Duration.ofSeconds(5);

  /**
   * While the next hop is down, all that is due is looked through so often for what runs out of
   * time; and what has become due since the last look at each, for what was dropped.
   */
  private static final Duration LOOK_THROUGH = Duration.ofMinutes(1);

  /** By so much an index may lag, and a clock differ that says when something was dropped. */
  private static final Duration LAG = Duration.ofSeconds(15);

  private static final Duration AFTER_TROUBLE = Duration.ofSeconds(5);

  /** What was dropped ends without an attempt that would wake it up for more. */
  private static final Duration WHILE_THERE_IS_MORE = Duration.ofSeconds(1);

  /** How many are looked up for each connection, so that a shard's turn is worth its query. */
  private static final int AHEAD = 4;

  private final QueueTable table;
  private final Attempts attempts;
  private final Limits limits;
  private final LeaseWatch.Clocks clocks;
  private final BooleanSupplier nextHopIsDown;
  private final UnderWay underWay;
  private final QueueEvents events;
  private final Semaphore connections;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition woken = lock.newCondition();

  /** What was said to be due, and not looked for yet. */
  private Instant saidDue = Instant.MAX;

  private boolean stopped;

  private Instant looked = Instant.EPOCH;

  /** When all that is due was last looked through to its end; the epoch where there was more. */
  private Instant lookedThrough = Instant.EPOCH;

  /** Makes an attempt at a message that is leased, and settles it. */
  interface Attempts {
    /**
     * @return when the message is next due, empty when it is over
     * @throws SetAside when the message can't be used
     */
    Optional<Instant> make(LeaseWatch leased) throws SetAside;

    /** Ends what became of a message that was dropped. */
    void dropped(QueuedMessage message);

    /** Ends what became of a row that can't be read. */
    void damaged(String id, String why);
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
  record Limits(int connections, Duration lease, Duration lifetime) {}

  Deliverer(
      QueueTable table,
      Attempts attempts,
      Limits limits,
      LeaseWatch.Clocks clocks,
      BooleanSupplier nextHopIsDown,
      UnderWay underWay,
      QueueEvents events) {
    this.table = table;
    this.attempts = attempts;
    this.limits = limits;
    this.clocks = clocks;
    this.nextHopIsDown = nextHopIsDown;
    this.underWay = underWay;
    this.events = events;
    this.connections = new Semaphore(limits.connections());
  }

  // --- When to look ------------------------------------------------------------------------------

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

  /** Goes on until it is stopped. */
  void run() {
    while (!isStopped()) {
      sleepUntil(round());
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

  /** Never longer than a sleep may last, though the clock be set back meanwhile. */
  private long millisUntil(Instant next) {
    Instant until = saidDue.isBefore(next) ? saidDue : next;
    Duration left = Duration.between(clocks.wall().instant(), until);
    return left.compareTo(LOOK_THROUGH) < 0 ? left.toMillis() : LOOK_THROUGH.toMillis();
  }

  private boolean isStopped() {
    lock.lock();
    try {
      return stopped;
    } finally {
      lock.unlock();
    }
  }

  /** Takes up nothing more. */
  void stop() {
    lock.lock();
    try {
      stopped = true;
      woken.signal();
    } finally {
      lock.unlock();
    }
  }

  // --- What to take up ---------------------------------------------------------------------------

  /** Takes up what is due, and says when to look again. */
  Instant round() {
    Instant now = clocks.wall().instant();
    boolean isDown = nextHopIsDown.getAsBoolean();
    try {
      takeUp(due(now, isDown));
      return now.plus(lookedThrough.equals(Instant.EPOCH) ? WHILE_THERE_IS_MORE : LONGEST_SLEEP);
    } catch (SdkException e) {
      events.trouble("The queue's table can't be read; nothing is delivered from it meanwhile", e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "What is due in the queue can't be found out", e);
    }
    lookedThrough = Instant.EPOCH;
    return now.plus(AFTER_TROUBLE);
  }

  /**
   * Of each shard what is longest due, and of those the longest due first. Where a shard has more,
   * and after trouble, the next look is at all that is due.
   */
  private List<Due> due(Instant now, boolean isDown) {
    var due = new ArrayList<Due>();
    Instant since = since(now, isDown);
    int limit = limits.connections() * AHEAD;
    boolean hasMore = false;
    for (int shard = 0; shard < QueueRows.SHARDS; shard++) {
      List<Due> found = table.due(shard, since, now, one -> isWanted(one, isDown, now), limit);
      hasMore |= found.size() >= limit;
      due.addAll(found);
    }
    looked = now;
    if (hasMore) {
      lookedThrough = Instant.EPOCH;
    } else if (since.equals(Instant.EPOCH)) {
      lookedThrough = now;
    }
    due.sort(Comparator.comparing(Due::due));
    return due;
  }

  /** What this relay is at already may fill no look, and keep the rest from being found. */
  private boolean isWanted(Due one, boolean isDown, Instant now) {
    return !underWay.isAt(one.id())
        && (!isDown || one.isDropped() || isLastChance(one.acceptedAt(), now));
  }

  /** Never later than now, though the clock be set back: the table refuses such a question. */
  private Instant since(Instant now, boolean isDown) {
    boolean wasLately =
        !lookedThrough.isAfter(now) && lookedThrough.plus(LOOK_THROUGH).isAfter(now);
    if (!isDown || !wasLately) {
      return Instant.EPOCH;
    }
    Instant lately = looked.minus(LAG);
    return lately.isBefore(now) ? lately : now;
  }

  /**
   * What runs out of time while the next hop is away is tried all the same before it is given up.
   */
  private boolean isLastChance(Instant acceptedAt, Instant now) {
    return now.isAfter(acceptedAt.plus(limits.lifetime()));
  }

  /**
   * Whatever one of them fails with, the others have their turn, up to one that has to wait for
   * another which was held back meanwhile.
   *
   * @throws RuntimeException the first failure, behind them all
   */
  private void takeUp(List<Due> due) throws InterruptedException {
    RuntimeException first = null;
    for (Due one : due) {
      try {
        if (!isStopped() && !takeUp(one)) {
          lookedThrough = Instant.EPOCH;
          break;
        }
      } catch (RuntimeException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }

  /**
   * Waits for a free connection, leases the message, and makes the attempt on its own thread.
   *
   * @return false when another, that was held back meanwhile, is due before it
   */
  private boolean takeUp(Due one) throws InterruptedException {
    connections.acquire();
    boolean begun = false;
    String id = one.id();
    try {
      if (isSaidToBeDueBefore(one.due())) {
        return false;
      }
      Optional<LeaseWatch> leased = isStopped() ? Optional.empty() : lease(id);
      if (leased.isPresent()) {
        begun = begin(leased.get());
      }
    } catch (QueueRows.DamagedRow e) {
      attempts.damaged(id, String.valueOf(e.getMessage()));
    } finally {
      if (!begun) {
        connections.release();
      }
    }
    return true;
  }

  private boolean isSaidToBeDueBefore(Instant due) {
    lock.lock();
    try {
      return saidDue.isBefore(due);
    } finally {
      lock.unlock();
    }
  }

  /** What was leased while the relay was stopped is another's, or due at the next start. */
  private boolean begin(LeaseWatch lease) {
    lock.lock();
    try {
      if (!stopped) {
        underWay.begin(lease);
        Thread.ofVirtual().name("queue-" + lease.message().id()).start(() -> attempt(lease));
        return true;
      }
    } finally {
      lock.unlock();
    }
    lease.handBack();
    return false;
  }

  /**
   * The index lags: what it shows may have been delivered, or be under way. A lease that has run
   * out is nobody's, but where this relay knows what came of it, that is yet to be written.
   */
  private Optional<LeaseWatch> lease(String id) {
    if (underWay.isAt(id)) {
      return Optional.empty();
    }
    Instant now = clocks.wall().instant();
    Optional<QueuedMessage> read = table.read(id);
    read.filter(message -> message.mark().droppedBy() != null)
        .filter(message -> !message.progress().due().isAfter(now))
        .ifPresent(attempts::dropped);
    return read.filter(message -> isWanted(message, now))
        .flatMap(message -> LeaseWatch.take(table, clocks, limits.lease(), message));
  }

  private boolean isWanted(QueuedMessage message, Instant now) {
    return message.mark().equals(QueuedMessage.Mark.NONE)
        && !message.progress().due().isAfter(now)
        && (!nextHopIsDown.getAsBoolean() || isLastChance(message.acceptedAt(), now));
  }

  /** Nothing that one message brings about stops the others. */
  private void attempt(LeaseWatch lease) {
    try {
      attempts.make(lease).ifPresent(this::dueAt);
    } catch (SetAside e) {
      setAside(lease, String.valueOf(e.getMessage()));
    } catch (SdkException e) {
      events.trouble("An attempt can't go on; its lease runs out", e);
    } catch (RejectedExecutionException e) {
      LOG.log(Level.DEBUG, "An attempt was begun while the relay ends", e);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "An attempt at " + lease.message().id() + " failed", e);
      setAside(lease, "an attempt failed: " + Cause.inWords(e));
    } finally {
      underWay.end(lease);
      connections.release();
      dueAt(clocks.wall().instant());
    }
  }

  private void setAside(LeaseWatch lease, String why) {
    try {
      if (table.setAside(lease.decided(), why)) {
        events.setAside(lease.message().id(), why);
      }
    } catch (SdkException e) {
      events.trouble("A message can't be set aside; its lease runs out", e);
    }
  }
}
