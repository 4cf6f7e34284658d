package dev.ipauth.relay.queue;

import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Lease;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * A lease that this relay holds. It is renewed while an attempt lasts, and it counts as over by
 * whichever clock says so first, a little early: on a machine that was suspended one of the two may
 * have stood still, and another relay's clock may be ahead. Whoever wakes behind its end says no
 * final dot, since somebody else may be at it.
 *
 * <p>Thread-safe; only {@link #isHeld} and {@link #message} may be called on an event loop.
 */
final class LeaseWatch {
  /** Of its length, the part that is left to the differences between clocks. */
  private static final int MARGIN = 20;

  /** Tells this process's leases from all others'. */
  private static final String PROCESS = UUID.randomUUID() + "/";

  private static final AtomicLong LEASES = new AtomicLong();

  private final QueueTable table;
  private final Clocks clocks;
  private final Duration length;
  private volatile Held held;

  /** A renewal of which nobody knows whether it was written: it is tried again as it was. */
  private @Nullable Held inDoubt;

  private boolean decided;

  /** Both clocks; the second is {@link System#nanoTime}'s. */
  record Clocks(InstantSource wall, LongSupplier nanoTime) {
    static final Clocks SYSTEM = new Clocks(InstantSource.system(), System::nanoTime);
  }

  /**
   * @param sinceNanos when the write of the lease was begun
   * @param lost whether it is known to be somebody else's
   */
  private record Held(QueuedMessage row, long sinceNanos, boolean lost) {}

  /** The message is somebody else's by now. */
  static final class Lost extends Exception {
    private static final long serialVersionUID = 1;
  }

  private LeaseWatch(QueueTable table, Clocks clocks, Duration length, Held held) {
    this.table = table;
    this.clocks = clocks;
    this.length = length;
    this.held = held;
  }

  /** A lease that begins now, for a row that is yet to be written with it. */
  static Lease lease(Instant now, Duration length) {
    return new Lease(PROCESS + LEASES.incrementAndGet(), now.plus(length));
  }

  /** Whether a lease was taken by this process. */
  static boolean isOwn(Lease lease) {
    return lease.holder().startsWith(PROCESS);
  }

  /** Leases a message, if it still is as it was read. */
  static Optional<LeaseWatch> take(
      QueueTable table, Clocks clocks, Duration length, QueuedMessage read) {
    long nanos = clocks.nanoTime().getAsLong();
    Lease lease = lease(clocks.wall().instant(), length);
    QueuedMessage leased = read.moved(read.progress().leased(lease));
    return table.move(read, leased)
        ? Optional.of(written(table, clocks, length, leased, nanos))
        : Optional.empty();
  }

  /**
   * The lease of a row that was written with it.
   *
   * @param sinceNanos when the write was begun
   */
  static LeaseWatch written(
      QueueTable table, Clocks clocks, Duration length, QueuedMessage leased, long sinceNanos) {
    return new LeaseWatch(table, clocks, length, new Held(leased, sinceNanos, false));
  }

  /** The message as it is leased now. */
  QueuedMessage message() {
    return held.row();
  }

  /**
   * Renews the lease when half of it is over. While the rest of it lasts, a table that doesn't
   * answer is no reason to give up what is under way.
   */
  void keep() throws Lost {
    if (left().compareTo(length.dividedBy(2)) >= 0) {
      return;
    }
    try {
      renew();
    } catch (SdkException _) {
      if (!isHeld()) {
        throw new Lost();
      }
    }
  }

  /** How long somebody may wait before {@link #keep} is to be called again. */
  Duration untilKept() {
    return length.dividedBy(4);
  }

  boolean isHeld() {
    return !held.lost() && left().compareTo(length.dividedBy(MARGIN)) > 0;
  }

  private Duration left() {
    Held now = held;
    Lease lease = Objects.requireNonNull(now.row().progress().lease());
    Duration byWallClock = Duration.between(clocks.wall().instant(), lease.until());
    Duration byMonotonicClock = length.minusNanos(clocks.nanoTime().getAsLong() - now.sinceNanos());
    return byWallClock.compareTo(byMonotonicClock) < 0 ? byWallClock : byMonotonicClock;
  }

  private synchronized void renew() throws Lost {
    if (!isHeld() || !isRenewed(inDoubt == null ? renewal() : inDoubt)) {
      held = new Held(held.row(), held.sinceNanos(), true);
      throw new Lost();
    }
  }

  private Held renewal() {
    QueuedMessage row = held.row();
    Lease before = Objects.requireNonNull(row.progress().lease());
    long nanos = clocks.nanoTime().getAsLong();
    Instant until = clocks.wall().instant().plus(length);
    var lease = new Lease(before.holder(), until);
    return new Held(row.moved(row.progress().leased(lease)), nanos, false);
  }

  private boolean isRenewed(Held renewal) {
    inDoubt = renewal;
    boolean renewed = table.move(held.row(), renewal.row());
    inDoubt = null;
    held = renewed ? renewal : held;
    return renewed;
  }

  /**
   * What became of the message is known, and is yet to be written: from now on the lease isn't
   * handed back, since the next to take the message up would deliver it once more.
   *
   * @return the row that it is to be written to
   * @throws SdkException when it isn't known whether the lease was renewed; the same call finds it
   *     out
   */
  synchronized QueuedMessage decided() {
    decided = true;
    return settled();
  }

  private QueuedMessage settled() {
    if (inDoubt != null) {
      var _ = isRenewed(inDoubt);
    }
    return held.row();
  }

  /** Lets others have the message at once; whoever is still at it finds that it is lost. */
  synchronized void handBack() {
    if (decided || held.lost()) {
      return;
    }
    try {
      QueuedMessage row = settled();
      held = new Held(row, held.sinceNanos(), true);
      table.move(row, row.moved(row.progress().dueAt(clocks.wall().instant())));
    } catch (SdkException _) {
      // Then the lease runs out by itself.
      held = new Held(held.row(), held.sinceNanos(), true);
    }
  }
}
