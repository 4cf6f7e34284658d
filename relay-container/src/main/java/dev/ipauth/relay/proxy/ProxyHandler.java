package dev.ipauth.relay.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.ipauth.tables.IpAddress;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Waits for the PROXY protocol's header, and for nothing else: nobody is greeted before it, and
 * without it the connection ends.
 */
public final class ProxyHandler extends ByteToMessageDecoder {
  private static final int SHOWN = 40;

  private final Listener listener;
  private final Duration timeout;
  private boolean said;

  /** Hears whose connection it is, and adds the handlers that go on with it. */
  public interface Listener {

    /** A device's, behind the proxy. */
    void device(IpAddress client);

    /** The proxy's own: it looks whether the relay is there. */
    void proxyItself();

    /**
     * Nobody's, and about to be closed.
     *
     * @param why a sentence for the operator; what came of a header is in it as it came
     */
    void refused(String why);
  }

  /**
   * Begins to wait once the connection is there.
   *
   * @param timeout from connecting to the header's end; whole seconds
   */
  public ProxyHandler(Listener listener, Duration timeout) {
    this.listener = listener;
    this.timeout = timeout;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    var tooLate = ctx.executor().schedule(() -> end(ctx), timeout.toSeconds(), TimeUnit.SECONDS);
    ctx.channel().closeFuture().addListener(_ -> tooLate.cancel(false));
    ctx.read();
  }

  /** Too late only if the header is still awaited. */
  private void end(ChannelHandlerContext ctx) {
    if (!ctx.isRemoved()) {
      refuse(ctx, "No PROXY header came within " + timeout.toSeconds() + " s; is it switched on?");
    }
  }

  private void refuse(ChannelHandlerContext ctx, String why) {
    if (!said) {
      said = true;
      listener.refused(why);
    }
    ctx.close();
  }

  /**
   * Nothing more will come. A peer that came and went, as a look at the port does, needs no word.
   */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    String beginning = beginning(internalBuffer());
    super.userEventTriggered(ctx, event);
    if (event instanceof ChannelInputShutdownEvent && !ctx.isRemoved()) {
      if (!beginning.isEmpty()) {
        refuse(ctx, "The PROXY header was cut off: '" + beginning + "'");
      }
      ctx.close();
    }
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    String beginning = beginning(in);
    switch (ProxyHeader.take(in)) {
      case ProxyHeader.Incomplete() -> ctx.read();
      case ProxyHeader.Client(IpAddress address) -> {
        listener.device(address);
        ctx.pipeline().remove(this);
      }
      case ProxyHeader.ProxyItself() -> {
        listener.proxyItself();
        ctx.pipeline().remove(this);
      }
      case ProxyHeader.Malformed() -> {
        in.skipBytes(in.readableBytes());
        refuse(ctx, complaint(beginning));
      }
    }
  }

  private static String complaint(String beginning) {
    return ProxyHeader.isBegunBy(beginning)
        ? "The PROXY header is malformed: '" + beginning + "'"
        : "There is no PROXY header: switch it on at the load balancer, for this port";
  }

  /** Of what came no more than a header: what a device says behind it may be a password. */
  private static String beginning(ByteBuf in) {
    int length = Math.min(in.readableBytes(), SHOWN);
    String text = in.toString(in.readerIndex(), length, US_ASCII);
    return ProxyHeader.beginningOf(text).strip();
  }
}
