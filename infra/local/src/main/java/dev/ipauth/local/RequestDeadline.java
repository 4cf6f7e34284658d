package dev.ipauth.local;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ipauth.functions.problem.Problem;
import dev.ipauth.functions.problem.ProblemType;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends requests that don't arrive whole in time, with 408 (RFC 9110 section 15.5.9): an octet now
 * and then would hold a connection for ever. On AWS, API Gateway sees to it.
 */
@Singleton
final class RequestDeadline implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {
  static final int SECONDS = 30;

  @Override
  public NettyServerCustomizer.Registry onCreated(
      BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
    event.getBean().register(new Customizer(null));
    return event.getBean();
  }

  private record Customizer(@Nullable Channel channel) implements NettyServerCustomizer {
    @Override
    public NettyServerCustomizer specializeForChannel(Channel connection, ChannelRole role) {
      return new Customizer(role == ChannelRole.CONNECTION ? connection : null);
    }

    @Override
    public void onStreamPipelineBuilt() {
      if (channel != null) {
        watch(channel.pipeline(), ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC);
      }
    }
  }

  /**
   * Watches a connection.
   *
   * @param codec the name of what makes requests of octets
   */
  static void watch(ChannelPipeline pipeline, String codec) {
    var timer = new Timer();
    pipeline.addBefore(codec, "request-begins", timer);
    pipeline.addAfter(codec, "request-ends", new End(timer));
  }

  /** Runs from a request's first octet on. */
  private static final class Timer extends ChannelInboundHandlerAdapter {
    private @Nullable ScheduledFuture<?> running;

    @Override
    public void channelRead(ChannelHandlerContext context, Object octets) {
      if (running == null) {
        running = context.executor().schedule(() -> refuse(context), SECONDS, TimeUnit.SECONDS);
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

    // Before the codec, so in octets.
    private static void refuse(ChannelHandlerContext context) {
      ProblemType type = ProblemType.REQUEST_TIMEOUT;
      String body =
          "{\"type\":\"/problems/%s\",\"title\":\"%s\",\"status\":%s,\"detail\":\"%s\"}"
              .formatted(type.slug(), type.title(), type.status(), type.example());
      String answer =
          "HTTP/1.1 408 Request Timeout\r\nContent-Type: %s\r\nConnection: close\r\nContent-Length: %s\r\n\r\n%s"
              .formatted(Problem.MEDIA_TYPE, body.length(), body);
      context
          .writeAndFlush(Unpooled.copiedBuffer(answer, US_ASCII))
          .addListener(ChannelFutureListener.CLOSE);
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
