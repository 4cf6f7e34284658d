package dev.ipauth.relay.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;

/**
 * The relay's side of TLS: BoringSSL where it runs, else the JDK's. TLS 1.2 and 1.3, and from 1.0
 * on the ports that are opened for old devices.
 */
public final class ServerTls {
  private static final System.Logger LOG = System.getLogger("relay");

  /** Before TLS 1.2 all is CBC, and of that Netty's defaults have little. */
  private static final List<String> LEGACY_CIPHERS =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
          "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
          "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
          "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
          "TLS_RSA_WITH_AES_128_CBC_SHA",
          "TLS_RSA_WITH_AES_256_CBC_SHA");

  private static final int HANDSHAKE_SECONDS = 30;

  /** Which are spoken. */
  public enum Versions {
    /** TLS 1.2 and 1.3. */
    MODERN,
    /** TLS 1.0 and later. */
    LEGACY;

    private String[] names() {
      return switch (this) {
        case MODERN -> new String[] {"TLSv1.3", "TLSv1.2"};
        case LEGACY -> new String[] {"TLSv1.3", "TLSv1.2", "TLSv1.1", "TLSv1"};
      };
    }
  }

  /** Both made of the same certificate. */
  private record Contexts(
      SslContext modern, SslContext legacy, X509Certificate own, Object version) {}

  private final Certificate certificate;
  private final InstantSource clock;
  private volatile Contexts contexts;

  /**
   * Reads the certificate.
   *
   * @throws IllegalArgumentException when it can't be used
   */
  public ServerTls(Certificate certificate) {
    this(certificate, InstantSource.system());
  }

  ServerTls(Certificate certificate, InstantSource clock) {
    this.certificate = certificate;
    this.clock = clock;
    try {
      this.contexts = contexts(certificate);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "The TLS certificate can't be read: " + CertificateWatch.sentence(e), e);
    }
  }

  /**
   * For one connection.
   *
   * @param room whether there is room to remember so many octets of its beginning; for 0, which is
   *     at its end, there is
   */
  public TlsHandshake handshake(Versions versions, ByteBufAllocator allocator, IntPredicate room) {
    SslContext context =
        switch (versions) {
          case MODERN -> contexts.modern();
          case LEGACY -> contexts.legacy();
        };
    SslHandler handler = context.newHandler(allocator);
    handler.setHandshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS);
    return new TlsHandshake(handler, room);
  }

  /** How often to {@link #reload}. */
  public Duration lookEvery() {
    return certificate.lookEvery();
  }

  /**
   * Looks whether the certificate has changed; blocks on files or the network. A new one that can't
   * be used leaves the old one in use: files are seldom replaced both at once. One that has expired
   * is used as well, since few devices look at it.
   */
  public void reload(CertificateWatch watch) {
    try {
      if (!certificate.version().equals(contexts.version())) {
        contexts = contexts(certificate);
        LOG.log(Level.INFO, "The TLS certificate was reread");
      }
      tell(watch);
    } catch (IOException | IllegalArgumentException e) {
      watch.failed(
          "The new TLS certificate can't be used, the old one stays: "
              + CertificateWatch.sentence(e));
    }
  }

  /** Says whether what is in use can be shown to devices that check it. */
  public void tell(CertificateWatch watch) {
    watch.used(contexts.own(), "The TLS certificate", clock.instant());
  }

  private static Contexts contexts(Certificate certificate) throws IOException {
    Object version = certificate.version();
    Pem pem = certificate.read();
    var key = new OneKey(pem.key(), pem.chain().toArray(X509Certificate[]::new));
    return new Contexts(
        context(key, Versions.MODERN).build(),
        context(key, Versions.LEGACY)
            .ciphers(LEGACY_CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
            .build(),
        pem.chain().getFirst(),
        version);
  }

  private static SslContextBuilder context(OneKey key, Versions versions) {
    SslContextBuilder context =
        OpenSsl.isAvailable()
            ? SslContextBuilder.forServer(key.forBoringSsl()).sslProvider(SslProvider.OPENSSL)
            : SslContextBuilder.forServer(key).sslProvider(SslProvider.JDK);
    return context.protocols(versions.names());
  }
}
