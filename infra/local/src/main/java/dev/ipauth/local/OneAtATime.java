package dev.ipauth.local;

import dev.ipauth.local.AnswerRoom.Share;
import io.netty.buffer.ByteBufHolder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Works on a connection's requests one after another: the next when the answer before it has left.
 * Otherwise a client that doesn't wait for answers (RFC 9112 section 9.3.2) would have hundreds
 * worked on at once.
 */
final class OneAtATime extends ChannelDuplexHandler {
  private static final AttributeKey<Share> HELD = AttributeKey.valueOf(OneAtATime.class, "held");

  /** The system would take several MB of an answer that nobody reads, of each connection. */
  private static final int SENT_AHEAD = 128 << 10;

  private final Deque<Object> waiting = new ArrayDeque<>();
  private boolean isUnderWay;
  private boolean isMoreWanted;

  private OneAtATime() {}

  /**
   * Watches a connection.
   *
   * @param codec the name of what makes requests of octets; all that reads them from it and isn't
   *     to wait is put between it and this later
   */
  static void watch(Channel connection, String codec) {
    connection.config().setOption(ChannelOption.SO_SNDBUF, SENT_AHEAD);
    connection.pipeline().addAfter(codec, "one-at-a-time", new OneAtATime());
  }

  /** Holds room for the answer that is written next, until it has left or the connection ends. */
  static void hold(Channel connection, Share share) {
    share.made();
    connection.attr(HELD).set(share);
    if (!connection.isActive()) {
      end(connection);
    }
  }

  private static void end(Channel connection) {
    Share share = connection.attr(HELD).getAndSet(null);
    if (share != null) {
      share.end();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object part) {
    waiting.add(part);
    passOn(context);
  }

  private void passOn(ChannelHandlerContext context) {
    while (!waiting.isEmpty() && !(isUnderWay && waiting.peek() instanceof HttpRequest)) {
      Object part = waiting.remove();
      isUnderWay |= part instanceof HttpRequest;
      context.fireChannelRead(part);
    }
  }

  @Override
  public void read(ChannelHandlerContext context) {
    isMoreWanted = !waiting.isEmpty();
    if (!isMoreWanted) {
      context.read();
    }
  }

  @Override
  public void write(ChannelHandlerContext context, Object part, ChannelPromise promise) {
    if (part instanceof HttpResponse answer
        && answer.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
      context.write(part, promise);
      return;
    }
    Share share = context.channel().attr(HELD).get();
    if (share != null && part instanceof ByteBufHolder content) {
      share.is(content.content().readableBytes());
    }
    if (part instanceof LastHttpContent) {
      context.write(part, promise.unvoid().addListener(_ -> answered(context)));
    } else {
      context.write(part, promise);
    }
  }

  private void answered(ChannelHandlerContext context) {
    end(context.channel());
    isUnderWay = false;
    if (waiting.isEmpty()) {
      return;
    }
    passOn(context);
    context.fireChannelReadComplete();
    if (isMoreWanted && waiting.isEmpty()) {
      isMoreWanted = false;
      context.read();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    end(context.channel());
    waiting.forEach(ReferenceCountUtil::release);
    waiting.clear();
    context.fireChannelInactive();
  }
}
