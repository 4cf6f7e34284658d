package dev.ipauth.relay.onward;

import dev.ipauth.relay.onward.NextHopEvents.Stage;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/** The relay's side of TLS towards the next hop. */
final class ClientTls {
  private final OnwardSettings settings;
  private final SslContext context;

  /**
   * Reads the authorities.
   *
   * @throws IllegalArgumentException when they can't be used
   */
  ClientTls(OnwardSettings settings) {
    this.settings = settings;
    try {
      this.context = context(settings);
    } catch (SSLException e) {
      throw new IllegalArgumentException("TLS to the next hop can't be set up: " + e, e);
    }
  }

  private static SslContext context(OnwardSettings settings) throws SSLException {
    var builder =
        SslContextBuilder.forClient()
            .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
            .protocols("TLSv1.3", "TLSv1.2");
    if (!settings.nextHop().encryption().provesName()) {
      return builder
          .trustManager(InsecureTrustManagerFactory.INSTANCE)
          .endpointIdentificationAlgorithm(null)
          .build();
    }
    if (settings.authorities() != null) {
      builder.trustManager(settings.authorities().toFile());
    }
    return builder.endpointIdentificationAlgorithm("HTTPS").build();
  }

  /** Completes when the connection is encrypted, or fails with {@link NextHopLost}. */
  CompletionStage<Void> begin(NextHopConnection connection) {
    var begun = new CompletableFuture<Void>();
    var channel = connection.channel();
    NextHopAddress nextHop = settings.nextHop();
    SslHandler handler = context.newHandler(channel.alloc(), nextHop.host(), nextHop.port());
    handler.setHandshakeTimeout(settings.patience().command().toMillis(), TimeUnit.MILLISECONDS);
    handler
        .handshakeFuture()
        .addListener(
            handshake -> {
              if (handshake.isSuccess()) {
                begun.complete(null);
              } else {
                begun.completeExceptionally(
                    new NextHopLost(Stage.TLS, "TLS failed: " + handshake.cause()));
              }
            });
    channel.pipeline().addFirst(handler);
    return begun;
  }
}
