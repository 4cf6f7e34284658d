package dev.ipauth.relay.proxy;

import dev.ipauth.tables.IpAddress;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Waits for the PROXY protocol's header, and for nothing else: nobody is greeted before it, and
 * without it the connection ends.
 */
public final class ProxyHandler extends ByteToMessageDecoder {
  private static final int PATIENCE_SECONDS = 5;

  private final Consumer<IpAddress> client;

  /**
   * @param client hears whose connection it is, and adds the handlers that go on with it
   */
  public ProxyHandler(Consumer<IpAddress> client) {
    this.client = client;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    var tooLate = ctx.executor().schedule(() -> end(ctx), PATIENCE_SECONDS, TimeUnit.SECONDS);
    ctx.channel().closeFuture().addListener(_ -> tooLate.cancel(false));
    ctx.read();
  }

  /** Too late only if the header is still awaited. */
  private void end(ChannelHandlerContext ctx) {
    if (!ctx.isRemoved()) {
      ctx.close();
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    switch (ProxyHeader.take(in)) {
      case ProxyHeader.Incomplete() -> ctx.read();
      case ProxyHeader.Client(IpAddress address) -> {
        client.accept(address);
        ctx.pipeline().remove(this);
      }
      case ProxyHeader.Malformed(), ProxyHeader.NoIdentity() -> {
        in.skipBytes(in.readableBytes());
        ctx.close();
      }
    }
  }
}
