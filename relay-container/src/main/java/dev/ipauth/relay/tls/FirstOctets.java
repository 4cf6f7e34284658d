package dev.ipauth.relay.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Arrays;
import java.util.function.IntPredicate;

/** Remembers how a handshake begins, for whoever has to say why it failed. */
final class FirstOctets extends ChannelInboundHandlerAdapter {
  /** More than any ClientHello of a device, those with keys against quantum computers included. */
  private static final int REMEMBERED = 4096;

  private final IntPredicate room;
  private byte[] octets = {};
  private boolean isFull;

  /**
   * @param room whether there is room for so many octets in all; for 0 there is, at the end
   */
  FirstOctets(IntPredicate room) {
    this.room = room;
  }

  byte[] octets() {
    return octets;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ByteBuf more) {
      remember(more);
    }
    ctx.fireChannelRead(message);
  }

  /**
   * Once there is no room nothing more is remembered: a beginning with a gap would be misread. A
   * first octet always is, or a device that has spoken would be taken for one that didn't.
   */
  private void remember(ByteBuf more) {
    int length = Math.min(more.readableBytes(), REMEMBERED - octets.length);
    isFull = isFull || !room.test(octets.length + length);
    if (!isFull) {
      append(ByteBufUtil.getBytes(more, more.readerIndex(), length));
    } else if (octets.length == 0) {
      append(ByteBufUtil.getBytes(more, more.readerIndex(), Math.min(1, length)));
    }
  }

  private void append(byte[] more) {
    byte[] both = Arrays.copyOf(octets, octets.length + more.length);
    System.arraycopy(more, 0, both, octets.length, more.length);
    octets = both;
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    var _ = room.test(0);
  }
}
