package dev.ipauth.relay.wire;

import static io.netty.handler.codec.ByteToMessageDecoder.MERGE_CUMULATOR;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Stands before TLS and holds back a record until it is whole (RFC 8446 section 5.1), in a buffer
 * of its size that is counted. Netty's own TLS handler would hold the whole of what one read made
 * room for, uncounted, for as long as a device leaves a record unfinished.
 */
final class WholeRecords extends ChannelInboundHandlerAdapter {

  /** The event that all devices together hold more than they may. */
  record NoRoom() {}

  private static final int HEADER = 5;
  private static final int LENGTH = 3;

  /** TLS 1.2 has the longest, RFC 5246 section 6.2.3. */
  private static final int LONGEST = HEADER + (1 << 14) + 2048;

  private static final int FIRST_TYPE = 20;
  private static final int LAST_TYPE = 24;

  private final WaitingBudget.Share share;
  private ByteBuf unfinished = Unpooled.EMPTY_BUFFER;
  private boolean deaf;

  WholeRecords(WaitingBudget.OfAddress budget) {
    this.share = budget.share();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (deaf) {
      ((ByteBuf) message).release();
      return;
    }
    ByteBuf octets = MERGE_CUMULATOR.cumulate(ctx.alloc(), unfinished, (ByteBuf) message);
    boolean ours = octets != message;
    int whole = whole(octets);
    int rest = octets.readableBytes() - whole;
    if (ours && whole == 0) {
      unfinished = octets;
    } else {
      unfinished = tail(ctx, octets, rest);
      ctx.fireChannelRead(octets.writerIndex(octets.readerIndex() + whole));
    }
    if (!share.becomes(unfinished.capacity())) {
      // A record without its beginning makes no sense, and neither does anything after it.
      deaf = true;
      forget();
      ctx.fireUserEventTriggered(new NoRoom());
    }
  }

  private static ByteBuf tail(ChannelHandlerContext ctx, ByteBuf octets, int length) {
    return length == 0
        ? Unpooled.EMPTY_BUFFER
        : ctx.alloc().buffer(length).writeBytes(octets, octets.writerIndex() - length, length);
  }

  /** How many of the octets belong to records that are whole; all of them where they are none. */
  private static int whole(ByteBuf octets) {
    int at = octets.readerIndex();
    int end = octets.writerIndex();
    while (at < end) {
      int type = octets.getUnsignedByte(at);
      int length = end - at < HEADER ? HEADER : HEADER + octets.getUnsignedShort(at + LENGTH);
      if (type < FIRST_TYPE || type > LAST_TYPE || length > LONGEST) {
        return end - octets.readerIndex();
      }
      if (length > end - at) {
        break;
      }
      at += length;
    }
    return Math.min(at, end) - octets.readerIndex();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    forget();
  }

  private void forget() {
    unfinished.release();
    unfinished = Unpooled.EMPTY_BUFFER;
    var _ = share.becomes(0);
  }
}
