package dev.ipauth.relay.queue;

import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Lease;
import dev.ipauth.tables.QueuedMessage.Progress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.function.LongSupplier;

/**
 * An attempt's lease. It is renewed while the attempt lasts, and it counts as over by whichever
 * clock says so first: on a machine that was suspended one of the two may have stood still. Whoever
 * wakes behind its end says no final dot, since somebody else may be at it.
 */
final class LeaseWatch {
  private final QueueTable table;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Duration length;
  private QueuedMessage leased;
  private long beganNanos;

  /** The message is somebody else's by now. */
  static final class Lost extends Exception {
    private static final long serialVersionUID = 1;
  }

  /**
   * @param leased whose lease was written just now
   * @param beganNanos by {@link System#nanoTime}, before the lease was written
   */
  LeaseWatch(
      QueueTable table,
      InstantSource clock,
      LongSupplier nanoTime,
      Duration length,
      QueuedMessage leased,
      long beganNanos) {
    this.table = table;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.length = length;
    this.leased = leased;
    this.beganNanos = beganNanos;
  }

  /** The message as it is leased now. */
  QueuedMessage message() {
    return leased;
  }

  /** Renews the lease when half of it is over. */
  void keep() throws Lost {
    if (left().compareTo(length.dividedBy(2)) < 0) {
      renew();
    }
  }

  /** How long somebody may wait before {@link #keep} is to be called again. */
  Duration untilKept() {
    return length.dividedBy(4);
  }

  boolean isHeld() {
    return left().isPositive();
  }

  private Duration left() {
    Lease lease = Objects.requireNonNull(leased.progress().lease());
    Duration byWallClock = Duration.between(clock.instant(), lease.until());
    Duration byMonotonicClock = length.minusNanos(nanoTime.getAsLong() - beganNanos);
    return byWallClock.compareTo(byMonotonicClock) < 0 ? byWallClock : byMonotonicClock;
  }

  private void renew() throws Lost {
    long now = nanoTime.getAsLong();
    Progress progress = leased.progress();
    Instant until = clock.instant().plus(length);
    Lease lease = Objects.requireNonNull(progress.lease());
    QueuedMessage renewed =
        leased.moved(
            new Progress(
                progress.attempts(),
                until,
                new Lease(lease.holder(), until),
                progress.lastReply(),
                progress.delayReported()));
    if (!isHeld() || !table.move(leased, renewed)) {
      throw new Lost();
    }
    leased = renewed;
    beganNanos = now;
  }
}
