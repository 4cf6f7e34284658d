package dev.ipauth.relay.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The relay's side of TLS towards the next hop.
 *
 * <p>Its name is proven wherever TLS is required. Where TLS is taken when offered, no proof is
 * asked for, since without TLS the mail would go in the clear, which is worse (RFC 7435); unless a
 * password is to be shown, which never goes to a stranger, save on this machine.
 */
public final class ClientTls {
  private final Server server;
  private final SslContext elsewhere;
  private final SslContext onThisMachine;

  /**
   * Whom to speak TLS with.
   *
   * @param handshake how long it may take
   * @param authorities PEM file of certificates to trust instead of the JDK's, null for the JDK's
   */
  public record Server(
      String host, int port, Duration handshake, Proof proof, @Nullable Path authorities) {}

  /** Where its name must be proven. */
  public enum Proof {
    EVERYWHERE,
    /** But for this machine. */
    ELSEWHERE,
    NOWHERE
  }

  /**
   * Reads the authorities.
   *
   * @throws IllegalArgumentException when they can't be used
   */
  public ClientTls(Server server) {
    this.server = server;
    var authorities = server.authorities() == null ? null : read(server.authorities());
    try {
      this.elsewhere = server.proof() == Proof.NOWHERE ? unproven() : proven(trust(authorities));
      this.onThisMachine = server.proof() == Proof.ELSEWHERE ? unproven() : elsewhere;
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

  private SslContext proven(X509ExtendedTrustManager trust) throws SSLException {
    return builder()
        .trustManager(new ExplainedTrust(trust, server.host()))
        .endpointIdentificationAlgorithm("HTTPS")
        .build();
  }

  /** The JDK's own, for these authorities, or for the public ones when null. */
  private static X509ExtendedTrustManager trust(X509Certificate @Nullable [] authorities) {
    try {
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(authorities == null ? null : store(authorities));
      return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("The authorities to trust can't be used: " + e, e);
    }
  }

  private static KeyStore store(X509Certificate[] authorities)
      throws GeneralSecurityException, IOException {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    for (int i = 0; i < authorities.length; i++) {
      store.setCertificateEntry(Integer.toString(i), authorities[i]);
    }
    return store;
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

  /**
   * For one connection.
   *
   * @param toThisMachine whether it doesn't leave it
   */
  public SslHandler handler(ByteBufAllocator allocator, boolean toThisMachine) {
    SslContext context = toThisMachine ? onThisMachine : elsewhere;
    SslHandler handler = context.newHandler(allocator, server.host(), server.port());
    handler.setHandshakeTimeout(server.handshake().toNanos(), TimeUnit.NANOSECONDS);
    return handler;
  }
}
