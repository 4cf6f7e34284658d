package dev.ipauth.relay.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Octets that came from a device and haven't been taken yet. */
final class InputBuffer {
  /** A piece that is smaller than this part of its buffer is copied, so that it holds no more. */
  private static final int WASTE = 4;

  private final WaitingBudget.Share share;
  private ByteBuf octets = Unpooled.EMPTY_BUFFER;

  InputBuffer(WaitingBudget.OfAddress budget) {
    this.share = budget.share();
  }

  /** Takes over the buffer. */
  void add(ByteBufAllocator allocator, ByteBuf more) {
    octets = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(allocator, octets, more);
  }

  int size() {
    return octets.readableBytes();
  }

  boolean isEmpty() {
    return !octets.isReadable();
  }

  boolean beginsWith(byte octet) {
    return octets.isReadable() && octets.getByte(octets.readerIndex()) == octet;
  }

  /**
   * Takes a line.
   *
   * @return the line without CRLF or LF; null when its end isn't there yet
   */
  byte @Nullable [] line() {
    int length = octets.bytesBefore((byte) '\n');
    if (length < 0) {
      return null;
    }
    byte[] line = ByteBufUtil.getBytes(octets, octets.readerIndex(), withoutCr(length));
    drop(length + 1L);
    return line;
  }

  private int withoutCr(int length) {
    boolean cr = length > 0 && octets.getByte(octets.readerIndex() + length - 1) == '\r';
    return cr ? length - 1 : length;
  }

  /** A view of at most so many octets; index 0 is the first of them. */
  ByteBuffer view(long atMost) {
    return octets.nioBuffer(octets.readerIndex(), (int) Math.min(atMost, size()));
  }

  /**
   * A piece of what {@link #view} shows, for somebody who releases it. Whoever sends octet by octet
   * would otherwise make each hold all of what a read makes room for.
   */
  ByteBuf slice(int from, int to) {
    int start = octets.readerIndex() + from;
    int length = to - from;
    return isWaste(length)
        ? octets.alloc().buffer(length).writeBytes(octets, start, length)
        : octets.retainedSlice(start, length);
  }

  private boolean isWaste(int length) {
    return length < octets.capacity() / WASTE;
  }

  /**
   * What is left waits now.
   *
   * @return whether all devices together still hold no more than they may
   */
  boolean settle() {
    if (octets.isReadable() && isWaste(size())) {
      ByteBuf less = octets.alloc().buffer(size()).writeBytes(octets);
      octets.release();
      octets = less;
    }
    return share.becomes(octets.capacity());
  }

  /**
   * Forgets octets.
   *
   * @return how many there were to forget, at most {@code atMost}
   */
  int drop(long atMost) {
    int dropped = (int) Math.min(atMost, size());
    octets.skipBytes(dropped);
    if (!octets.isReadable()) {
      release();
    }
    return dropped;
  }

  void release() {
    octets.release();
    octets = Unpooled.EMPTY_BUFFER;
    var _ = share.becomes(0);
  }
}
