package dev.ipauth.relay.onward;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.ipauth.relay.onward.Failure.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What goes out on one connection: as fast as the next hop takes it, and no faster. What it hasn't
 * taken yet counts in the {@link Backlog} of all connections.
 *
 * <p>Lives on the connection's event loop.
 */
final class Outflow {

  /** What a piece of text costs beyond its octets while it waits. */
  private static final int PIECE_OVERHEAD = 256;

  /** A piece up to this size is copied when it must wait: it may be a small part of a buffer. */
  private static final int SMALL_PIECE = 4096;

  private final Channel channel;
  private final Duration timeout;
  private final Backlog backlog;
  private final BiConsumer<Kind, String> fail;

  /** What was written since the last flush, and the last piece of it. */
  private long unflushed;

  private @Nullable ChannelFuture lastWritten;

  /** Flushed, and not yet taken by the next hop. */
  private long waiting;

  private @Nullable Runnable whenWritable;
  private @Nullable Future<?> stalled;

  /**
   * Nothing goes out yet.
   *
   * @param timeout how long the next hop may take nothing
   * @param fail ends the connection
   */
  Outflow(Channel channel, Duration timeout, Backlog backlog, BiConsumer<Kind, String> fail) {
    this.channel = channel;
    this.timeout = timeout;
    this.backlog = backlog;
    this.fail = fail;
  }

  /** Takes over the buffer. */
  void write(ByteBuf octets) {
    unflushed += octets.readableBytes() + PIECE_OVERHEAD;
    lastWritten = channel.write(waiting > 0 ? withoutItsNeighbours(octets) : octets);
  }

  /** So that what waits keeps no more memory than it counts for. */
  private static ByteBuf withoutItsNeighbours(ByteBuf octets) {
    if (octets.readableBytes() > SMALL_PIECE) {
      return octets;
    }
    ByteBuf copy = Unpooled.copiedBuffer(octets);
    octets.release();
    return copy;
  }

  void flush() {
    channel.flush();
    long flushed = unflushed;
    ChannelFuture last = lastWritten;
    unflushed = 0;
    lastWritten = null;
    if (last != null && !last.isDone()) {
      waiting += flushed;
      last.addListener(_ -> taken(flushed));
      backlog.add(this, flushed);
    }
  }

  private void taken(long octets) {
    waiting -= octets;
    backlog.remove(this, octets);
    resumeIfWritable();
  }

  /** Too much waits on all connections, and on this one nothing was taken for longest. */
  void giveWay() {
    fail.accept(Kind.NO_ROOM, "too much text waits to be taken by the next hop");
  }

  boolean isWritable() {
    return channel.isWritable() && !(waiting > 0 && backlog.isHalfUsed());
  }

  /** Runs this once when {@link #isWritable} is true again, or {@link #resume} is called. */
  void whenWritable(Runnable resume) {
    whenWritable = resume;
    if (stalled == null) {
      stalled = channel.eventLoop().schedule(this::stall, timeout.toNanos(), NANOSECONDS);
    }
  }

  private void stall() {
    fail.accept(
        Kind.TIMED_OUT,
        "the next hop took nothing of the text for " + timeout.toMillis() / 1000.0 + " s");
  }

  void resumeIfWritable() {
    if (isWritable()) {
      resume();
    }
  }

  /** Runs what waits in {@link #whenWritable}, for whatever reason it need wait no longer. */
  void resume() {
    if (stalled != null) {
      stalled.cancel(false);
      stalled = null;
    }
    Runnable resume = whenWritable;
    whenWritable = null;
    if (resume != null) {
      resume.run();
    }
  }
}
