package dev.ipauth.relay.wire;

import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What the relay proves its name with. */
public sealed interface Certificate {

  /**
   * PEM files, reread when they change.
   *
   * @param chain the certificate and those that lead to its root
   * @param key PKCS #8, without a passphrase
   */
  record PemFiles(Path chain, Path key) implements Certificate {

    @Override
    public SslContextBuilder forServer() throws IOException {
      Pem pem = Pem.read(chain, key);
      return SslContextBuilder.forServer(pem.key(), pem.chain());
    }

    @Override
    public List<FileTime> version() throws IOException {
      return List.of(Files.getLastModifiedTime(chain), Files.getLastModifiedTime(key));
    }
  }

  /**
   * Made at the start, where there are no files. Few devices look at it, and the oldest know RSA
   * alone.
   */
  record SelfSigned(X509Bundle bundle) implements Certificate {
    private static final Duration LIFE = Duration.ofDays(825);

    public static SelfSigned of(String hostname) {
      var builder =
          new CertificateBuilder()
              .algorithm(CertificateBuilder.Algorithm.rsa2048)
              .subject("CN=" + hostname)
              .addSanDnsName(hostname)
              .notBefore(Instant.now().minus(Duration.ofDays(1)))
              .notAfter(Instant.now().plus(LIFE))
              .setIsCertificateAuthority(true);
      try {
        return new SelfSigned(builder.buildSelfSigned());
      } catch (Exception e) {
        throw new IllegalStateException("No certificate could be made for " + hostname, e);
      }
    }

    @Override
    public SslContextBuilder forServer() {
      return SslContextBuilder.forServer(
          bundle.getKeyPair().getPrivate(), bundle.getCertificatePath());
    }

    @Override
    public List<FileTime> version() {
      return List.of();
    }
  }

  /**
   * Begins a server's TLS context.
   *
   * @throws IllegalArgumentException when the files hold no certificate and key
   */
  SslContextBuilder forServer() throws IOException;

  /** Changes when the certificate does. */
  List<FileTime> version() throws IOException;
}
