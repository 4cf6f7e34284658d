package dev.ipauth.relay.onward;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop that a message left in good order, for the next one. Lives on
 * that event loop.
 */
final class ConnectionPool {

  /** A connection without a message, since this {@link System#nanoTime}. */
  private record Kept(NextHopConnection connection, long since) {}

  private final EventLoop eventLoop;
  private final long idle;
  private final Semaphore room;
  private final BooleanSupplier wantedElsewhere;
  private final Deque<Kept> kept = new ArrayDeque<>();
  private boolean sweeping;
  private boolean closed;

  /**
   * Keeps nothing yet.
   *
   * @param idle how long a connection is kept
   * @param room for so many more, of all event loops together
   * @param wantedElsewhere whether one must be closed so that another may be opened
   */
  ConnectionPool(
      EventLoop eventLoop, Duration idle, Semaphore room, BooleanSupplier wantedElsewhere) {
    this.eventLoop = eventLoop;
    this.room = room;
    this.wantedElsewhere = wantedElsewhere;
    this.idle = idle.toNanos();
  }

  /** The connection that was used last, which is the likeliest to be alive; null for none. */
  @Nullable NextHopConnection take() {
    for (Kept last = kept.pollLast(); last != null; last = kept.pollLast()) {
      room.release();
      if (last.connection().isUsable()) {
        return last.connection();
      }
      last.connection().close();
    }
    return null;
  }

  /** Gives a connection back; one that isn't in good order is closed. */
  void keep(NextHopConnection connection) {
    Pass pass = connection.handOver();
    put(connection);
    pass.leave();
  }

  private void put(NextHopConnection connection) {
    if (!connection.isUsable()) {
      connection.close();
      return;
    }
    if (closed || wantedElsewhere.getAsBoolean() || !room.tryAcquire()) {
      connection.quit();
      return;
    }
    kept.addLast(new Kept(connection, System.nanoTime()));
    if (!sweeping) {
      sweepIn(idle);
    }
  }

  private void sweepIn(long nanos) {
    sweeping = true;
    eventLoop.schedule(this::sweep, nanos, NANOSECONDS);
  }

  private void sweep() {
    sweeping = false;
    long now = System.nanoTime();
    for (Kept first = kept.peekFirst(); first != null; first = kept.peekFirst()) {
      long left = idle - (now - first.since());
      if (left > 0) {
        sweepIn(left);
        return;
      }
      kept.removeFirst().connection().quit();
      room.release();
    }
  }

  /** Takes leave on the one that was kept longest, if there is one. */
  void giveOneUp() {
    Kept first = kept.pollFirst();
    if (first != null) {
      room.release();
      first.connection().quit();
    }
  }

  /** Keeps nothing more. */
  void close() {
    closed = true;
    room.release(kept.size());
    kept.forEach(each -> each.connection().quit());
    kept.clear();
  }
}
