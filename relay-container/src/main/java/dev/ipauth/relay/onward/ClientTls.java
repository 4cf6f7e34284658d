package dev.ipauth.relay.onward;

import dev.ipauth.relay.onward.NextHopEvents.Stage;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The relay's side of TLS towards the next hop.
 *
 * <p>Its name is proven wherever TLS is required. Where TLS is taken when offered, no proof is
 * asked for, since without TLS the mail would go in the clear, which is worse (RFC 7435); unless a
 * password is to be shown, which never goes to a stranger, save on this machine.
 */
final class ClientTls {
  private final OnwardSettings settings;
  private final SslContext elsewhere;
  private final SslContext onThisMachine;

  /**
   * Reads the authorities.
   *
   * @throws IllegalArgumentException when they can't be used
   */
  ClientTls(OnwardSettings settings) {
    this.settings = settings;
    boolean required = settings.nextHop().encryption().isRequired();
    boolean proven = required || settings.credentials() != null;
    var authorities = settings.authorities() == null ? null : read(settings.authorities());
    try {
      this.elsewhere = proven ? proven(authorities) : unproven();
      this.onThisMachine = required || !proven ? elsewhere : unproven();
    } catch (SSLException e) {
      throw new IllegalArgumentException("TLS to the next hop can't be set up: " + e, e);
    }
  }

  private static X509Certificate[] read(Path authorities) {
    try (var pem = Files.newInputStream(authorities)) {
      var found = CertificateFactory.getInstance("X.509").generateCertificates(pem);
      if (!found.isEmpty()) {
        return found.toArray(X509Certificate[]::new);
      }
      throw new IllegalArgumentException(authorities + " holds no certificate in PEM");
    } catch (IOException | CertificateException e) {
      throw new IllegalArgumentException(
          authorities + " holds no certificate in PEM: " + e.getMessage(), e);
    }
  }

  private static SslContext proven(X509Certificate @Nullable [] authorities) throws SSLException {
    var builder = builder().endpointIdentificationAlgorithm("HTTPS");
    return (authorities == null ? builder : builder.trustManager(authorities)).build();
  }

  private static SslContext unproven() throws SSLException {
    return builder()
        .trustManager(InsecureTrustManagerFactory.INSTANCE)
        .endpointIdentificationAlgorithm(null)
        .build();
  }

  private static SslContextBuilder builder() {
    return SslContextBuilder.forClient()
        .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
        .protocols("TLSv1.3", "TLSv1.2");
  }

  /** Completes when the connection is encrypted, or fails with {@link NextHopLost}. */
  CompletionStage<Void> begin(NextHopConnection connection) {
    var begun = new CompletableFuture<Void>();
    SslHandler handler = handler(connection);
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
    connection.channel().pipeline().addFirst(handler);
    return begun;
  }

  private SslHandler handler(NextHopConnection connection) {
    NextHopAddress nextHop = settings.nextHop();
    SslContext context = connection.isToThisMachine() ? onThisMachine : elsewhere;
    SslHandler handler =
        context.newHandler(connection.channel().alloc(), nextHop.host(), nextHop.port());
    handler.setHandshakeTimeout(settings.timeouts().command().toMillis(), TimeUnit.MILLISECONDS);
    return handler;
  }
}
