package dev.ipauth.relay.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Arrays;

/** Remembers how a handshake begins, for whoever has to say why it failed. */
final class FirstOctets extends ChannelInboundHandlerAdapter {
  /** More than any ClientHello of a device, those with keys against quantum computers included. */
  private static final int REMEMBERED = 4096;

  private byte[] octets = {};

  byte[] octets() {
    return octets;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (message instanceof ByteBuf more) {
      int length = Math.min(more.readableBytes(), REMEMBERED - octets.length);
      byte[] both = Arrays.copyOf(octets, octets.length + length);
      System.arraycopy(
          ByteBufUtil.getBytes(more, more.readerIndex(), length), 0, both, octets.length, length);
      octets = both;
    }
    ctx.fireChannelRead(message);
  }
}
