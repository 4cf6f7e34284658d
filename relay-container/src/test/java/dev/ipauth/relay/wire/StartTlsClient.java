package dev.ipauth.relay.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/** A device that knows one version of TLS only, be it one that the JDK refuses to speak. */
final class StartTlsClient {
  private StartTlsClient() {}

  /**
   * Begins TLS by STARTTLS, and ends.
   *
   * @return the version spoken; fails where the two don't agree on one
   */
  static String version(int port, String version) throws Exception {
    var handler =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.OPENSSL)
            .trustManager(InsecureTrustManagerFactory.INSTANCE)
            .protocols(version)
            .build()
            .newHandler(Unpooled.EMPTY_BUFFER.alloc());
    handler.setHandshakeTimeout(60, TimeUnit.SECONDS);
    var spoken = new CompletableFuture<String>();
    EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try {
      var connection =
          new Bootstrap()
              .group(loop)
              .channel(NioSocketChannel.class)
              .handler(new Conversation(handler, spoken))
              .connect("127.0.0.1", port)
              .sync();
      spoken.whenComplete((_, _) -> connection.channel().close());
      return spoken.get(60, TimeUnit.SECONDS);
    } finally {
      loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }

  /** Answers the greeting with STARTTLS, and the answer to that with TLS. */
  private static final class Conversation extends SimpleChannelInboundHandler<ByteBuf> {
    private final SslHandler handler;
    private final CompletableFuture<String> spoken;

    Conversation(SslHandler handler, CompletableFuture<String> spoken) {
      this.handler = handler;
      this.spoken = spoken;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf said) {
      if (said.toString(US_ASCII).contains("ESMTP")) {
        ctx.writeAndFlush(Unpooled.copiedBuffer("STARTTLS\r\n", US_ASCII));
        return;
      }
      ctx.pipeline().addFirst(handler);
      handler.handshakeFuture().addListener(_ -> report());
    }

    private void report() {
      if (handler.handshakeFuture().isSuccess()) {
        spoken.complete(handler.engine().getSession().getProtocol());
      } else {
        spoken.completeExceptionally(new SSLException(handler.handshakeFuture().cause()));
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      ctx.close();
    }
  }
}
