package dev.ipauth.relay.onward;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import javax.net.ssl.SSLContext;

/** An authority of the tests' own, and what it certifies. */
public final class TestCertificates {
  private static final X509Bundle AUTHORITY = authority();

  private TestCertificates() {}

  private static X509Bundle authority() {
    try {
      return new CertificateBuilder()
          .subject("CN=authority of the tests")
          .setIsCertificateAuthority(true)
          .buildSelfSigned();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Its certificate, as the setting NEXT_HOP_CA takes it. */
  public static Path pem() throws IOException {
    Path file = Files.createTempFile("authority", ".pem");
    file.toFile().deleteOnExit();
    return Files.writeString(file, AUTHORITY.getCertificatePEM());
  }

  /** For a server of this name or address. */
  public static SSLContext server(String name) {
    return server(new CertificateBuilder(), name);
  }

  /** Likewise, until 2026-01-01. */
  static SSLContext expiredServer(String name) {
    var builder =
        new CertificateBuilder()
            .notBefore(Instant.parse("2025-01-01T00:00:00Z"))
            .notAfter(Instant.parse("2026-01-01T00:00:00Z"));
    return server(builder, name);
  }

  /** For a server that asks for certificates of the same authority. */
  static SSLContext serverThatAsks(String name) {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(
          bundle(new CertificateBuilder(), name).toKeyManagerFactory().getKeyManagers(),
          AUTHORITY.toTrustManagerFactory().getTrustManagers(),
          null);
      return context;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** A client's certificate and key, in one file of PEM. */
  static String client(String name) {
    try {
      X509Bundle own = new CertificateBuilder().subject("CN=" + name).buildIssuedBy(AUTHORITY);
      return own.getCertificatePathPEM() + own.getPrivateKeyPEM();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static SSLContext server(CertificateBuilder builder, String name) {
    try {
      var context = SSLContext.getInstance("TLS");
      context.init(bundle(builder, name).toKeyManagerFactory().getKeyManagers(), null, null);
      return context;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static X509Bundle bundle(CertificateBuilder builder, String name) throws Exception {
    builder.subject("CN=next hop");
    var named =
        name.matches("[0-9.]+") ? builder.addSanIpAddress(name) : builder.addSanDnsName(name);
    return named.buildIssuedBy(AUTHORITY);
  }
}
