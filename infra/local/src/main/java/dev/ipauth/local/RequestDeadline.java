package dev.ipauth.local;

import dev.ipauth.functions.problem.Problem;
import dev.ipauth.functions.problem.ProblemType;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends requests that don't arrive whole in time, with 408 (RFC 9110 section 15.5.9): an octet now
 * and then would hold a connection for ever. On AWS, API Gateway sees to it.
 */
final class RequestDeadline {
  static final int SECONDS = 30;
  private static final String END = "request-ends";
  private static final Problem TIMEOUT =
      Problem.of(ProblemType.REQUEST_TIMEOUT, ProblemType.REQUEST_TIMEOUT.example());

  private RequestDeadline() {}

  /**
   * Watches a connection.
   *
   * @param codec the name of what makes requests of octets
   */
  static void watch(ChannelPipeline pipeline, String codec) {
    var timer = new Timer();
    pipeline.addBefore(codec, "request-begins", timer);
    pipeline.addAfter(codec, END, new End(timer));
  }

  /** Runs from a request's first octet on. */
  private static final class Timer extends ChannelInboundHandlerAdapter {
    private @Nullable ScheduledFuture<?> running;

    @Override
    public void channelRead(ChannelHandlerContext context, Object octets) {
      if (running == null) {
        ChannelPipeline pipeline = context.pipeline();
        running =
            context
                .executor()
                .schedule(
                    () -> LastAnswer.write(pipeline.context(END), TIMEOUT),
                    SECONDS,
                    TimeUnit.SECONDS);
      }
      context.fireChannelRead(octets);
    }

    void stop() {
      if (running != null) {
        running.cancel(false);
        running = null;
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      stop();
      context.fireChannelInactive();
    }
  }

  /** Stops it at the request's end. */
  private static final class End extends ChannelInboundHandlerAdapter {
    private final Timer timer;

    End(Timer timer) {
      this.timer = timer;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object part) {
      if (part instanceof LastHttpContent) {
        timer.stop();
      }
      context.fireChannelRead(part);
    }
  }
}
