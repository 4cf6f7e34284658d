package dev.ipauth.relay.tls;

import dev.ipauth.relay.tls.Certificate.PemFiles;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The relay's side of TLS towards the next hop.
 *
 * <p>Its name is proven wherever TLS is required. Where TLS is taken when offered, no proof is
 * asked for, since without TLS the mail would go in the clear, which is worse (RFC 7435); unless a
 * password is to be shown, which never goes to a stranger, save on this machine.
 */
public final class ClientTls {
  private static final System.Logger LOG = System.getLogger("relay");

  private final Server server;
  private final InstantSource clock;
  private volatile Contexts contexts;

  /**
   * Whom to speak TLS with.
   *
   * @param handshake how long it may take
   * @param authorities PEM file of certificates to trust instead of the JDK's, null for the JDK's
   * @param own what the relay shows when it is asked for a certificate, null for none
   */
  public record Server(
      String host,
      int port,
      Duration handshake,
      Proof proof,
      @Nullable Path authorities,
      @Nullable PemFiles own) {}

  /** Where its name must be proven. */
  public enum Proof {
    EVERYWHERE,
    /** But for this machine. */
    ELSEWHERE,
    NOWHERE
  }

  /**
   * Both with the same certificate of the relay's own.
   *
   * @param own null for none
   * @param version of that certificate, null for none
   */
  private record Contexts(
      SslContext elsewhere,
      SslContext onThisMachine,
      @Nullable X509Certificate own,
      @Nullable Object version) {}

  /**
   * Reads the authorities, and the relay's own certificate.
   *
   * @throws IllegalArgumentException when they can't be used
   */
  public ClientTls(Server server) {
    this(server, InstantSource.system());
  }

  ClientTls(Server server, InstantSource clock) {
    this.server = server;
    this.clock = clock;
    try {
      this.contexts = contexts(server);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "TLS to the next hop can't be set up: " + CertificateWatch.sentence(e), e);
    }
  }

  /**
   * Looks whether the relay's own certificate has changed; blocks on files. A new one that can't be
   * used leaves the old one in use: files are seldom replaced both at once.
   */
  public void reload(CertificateWatch watch) {
    PemFiles own = server.own();
    if (own == null) {
      return;
    }
    try {
      if (!own.version().equals(contexts.version())) {
        contexts = contexts(server);
        LOG.log(Level.INFO, "The certificate for the next hop was reread");
      }
      tell(watch);
    } catch (IOException | IllegalArgumentException e) {
      watch.failed(
          "The new certificate for the next hop can't be used, the old one stays: "
              + CertificateWatch.sentence(e));
    }
  }

  /** Says whether what is in use can be shown to a next hop that checks it. */
  public void tell(CertificateWatch watch) {
    X509Certificate own = contexts.own();
    if (own != null) {
      watch.used(own, "The certificate for the next hop", clock.instant());
    }
  }

  private static Contexts contexts(Server server) throws IOException {
    PemFiles own = server.own();
    Object version = own == null ? null : own.version();
    Pem pem = own == null ? null : own.read();
    SslContext elsewhere = server.proof() == Proof.NOWHERE ? unproven(pem) : proven(server, pem);
    return new Contexts(
        elsewhere,
        server.proof() == Proof.ELSEWHERE ? unproven(pem) : elsewhere,
        pem == null ? null : pem.chain().getFirst(),
        version);
  }

  private static SslContext proven(Server server, @Nullable Pem own) throws IOException {
    var trust = new ExplainedTrust(Authorities.trust(server.authorities()), server.host());
    return builder(own).trustManager(trust).endpointIdentificationAlgorithm("HTTPS").build();
  }

  private static SslContext unproven(@Nullable Pem own) throws IOException {
    return builder(own)
        .trustManager(InsecureTrustManagerFactory.INSTANCE)
        .endpointIdentificationAlgorithm(null)
        .build();
  }

  private static SslContextBuilder builder(@Nullable Pem own) {
    var builder =
        SslContextBuilder.forClient()
            .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
            .protocols("TLSv1.3", "TLSv1.2");
    return own == null
        ? builder
        : builder.keyManager(own.key(), own.chain().toArray(X509Certificate[]::new));
  }

  /**
   * For one connection.
   *
   * @param toThisMachine whether it doesn't leave it
   */
  public SslHandler handler(ByteBufAllocator allocator, boolean toThisMachine) {
    Contexts now = contexts;
    SslContext context = toThisMachine ? now.onThisMachine() : now.elsewhere();
    SslHandler handler = context.newHandler(allocator, server.host(), server.port());
    handler.setHandshakeTimeout(server.handshake().toNanos(), TimeUnit.NANOSECONDS);
    return handler;
  }
}
