package dev.ipauth.local;

import dev.ipauth.functions.problem.Problem;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;

/**
 * Answers a client that has sent its requests and then shut down its sending side, as {@code nc -N}
 * does, and closes behind the last answer (RFC 9112 section 9.6). A request that was cut off by it
 * is 400.
 */
final class HalfClose {
  private HalfClose() {}

  /**
   * Lets a connection outlive the end of what is sent to it, until all is answered.
   *
   * @param codec the name of what makes requests of octets
   */
  static void allow(Channel connection, String codec) {
    connection.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    connection.pipeline().addAfter(codec, "half-close", new Exchanges());
  }

  /** A connection's requests and answers. */
  private static final class Exchanges extends ChannelDuplexHandler {
    /** Requests that have begun and aren't answered whole. */
    private int open;

    private boolean isRequestArriving;
    private boolean isAnswerLeaving;
    private boolean isShutDown;

    @Override
    public void channelRead(ChannelHandlerContext context, Object part) {
      if (part instanceof HttpRequest) {
        open++;
        isRequestArriving = true;
      }
      if (part instanceof LastHttpContent) {
        isRequestArriving = false;
      }
      context.fireChannelRead(part);
    }

    @Override
    public void write(ChannelHandlerContext context, Object part, ChannelPromise promise) {
      if (part instanceof HttpResponse answer) {
        if (answer.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
          context.write(part, promise);
          return;
        }
        isAnswerLeaving = true;
      }
      boolean isLast = part instanceof LastHttpContent;
      if (isLast) {
        open--;
        isAnswerLeaving = false;
      }
      ChannelPromise written = isLast && isShutDown ? promise.unvoid() : promise;
      context.write(part, written);
      if (isLast && isShutDown) {
        written.addListener(_ -> endIfDone(context));
      }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof ChannelInputShutdownEvent) {
        isShutDown = true;
        endIfDone(context);
      }
      context.fireUserEventTriggered(event);
    }

    private void endIfDone(ChannelHandlerContext context) {
      if (open == 0) {
        // Behind what the client hasn't read yet.
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
      } else if (open == 1 && isRequestArriving && !isAnswerLeaving) {
        LastAnswer.write(context, Problem.cutOff());
      }
    }
  }
}
