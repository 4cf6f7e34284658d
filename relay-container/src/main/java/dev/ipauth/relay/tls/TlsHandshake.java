package dev.ipauth.relay.tls;

import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import java.util.function.IntPredicate;

/** One device's TLS handshake, watched from before its first octet. */
public final class TlsHandshake {
  private final FirstOctets first;
  private final SslHandler handler;

  TlsHandshake(SslHandler handler, IntPredicate room) {
    this.first = new FirstOctets(room);
    this.handler = handler;
  }

  /**
   * The connection is encrypted from its next octet on.
   *
   * @param before hears what comes before it is decrypted
   */
  public void beginAtOnce(ChannelPipeline pipeline, ChannelInboundHandler before) {
    pipeline.addLast(first, before, handler);
  }

  /**
   * What the handlers that are there already hear and say is encrypted from now on.
   *
   * @param before hears what comes before it is decrypted
   */
  public void beginBelow(ChannelPipeline pipeline, ChannelInboundHandler before) {
    pipeline.addFirst(first, before, handler);
  }

  /**
   * It has succeeded, and what it began with is forgotten.
   *
   * @return such as {@code TLSv1.3}
   */
  public String succeeded(ChannelPipeline pipeline) {
    pipeline.remove(first);
    return handler.engine().getSession().getProtocol();
  }

  /** It has failed. */
  public HandshakeFault failed(Throwable failure) {
    return HandshakeFault.of(failure, first.octets());
  }
}
