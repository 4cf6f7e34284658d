package dev.ipauth.relay.wire;

import dev.ipauth.relay.smtp.Reply;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.SocketChannel;

/** What a device is told, and how much of that it hasn't read yet. Lives on its event loop. */
final class ReplyWriter {
  private final SocketChannel channel;
  private final WaitingBudget.Share unread;

  ReplyWriter(SocketChannel channel, WaitingBudget.OfAddress budget) {
    this.channel = channel;
    this.unread = budget.share();
  }

  /** With the next flush. */
  void write(Reply reply) {
    channel.write(Unpooled.wrappedBuffer(reply.bytes()));
  }

  ChannelFuture writeAndFlush(Reply reply) {
    return channel.writeAndFlush(Unpooled.wrappedBuffer(reply.bytes()));
  }

  void flush() {
    channel.flush();
  }

  /**
   * Whether the device reads what it is told: who only talks must not fill the memory. Who is gone
   * is told nothing.
   */
  boolean isHeard() {
    if (!channel.isWritable()) {
      channel.flush();
    }
    return channel.isWritable() || !channel.isActive();
  }

  /**
   * All is flushed, and what the device doesn't read waits.
   *
   * @return whether all devices together still hold no more than they may
   */
  boolean settle() {
    ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
    long octets = waiting == null ? 0 : waiting.totalPendingWriteBytes();
    boolean fits = unread.becomes(octets);
    if (octets > 0) {
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> unread.becomes(0));
    }
    return fits;
  }
}
