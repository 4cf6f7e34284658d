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
    public SslContextBuilder forServer() {
      return SslContextBuilder.forServer(chain.toFile(), key.toFile());
    }

    @Override
    public FileTime version() throws IOException {
      FileTime ofChain = Files.getLastModifiedTime(chain);
      FileTime ofKey = Files.getLastModifiedTime(key);
      return ofChain.compareTo(ofKey) > 0 ? ofChain : ofKey;
    }
  }

  /** Made at the start, where there are no files. Few devices look at it. */
  record SelfSigned(X509Bundle bundle) implements Certificate {
    private static final Duration LIFE = Duration.ofDays(825);

    public static SelfSigned of(String hostname) {
      var builder =
          new CertificateBuilder()
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
    public FileTime version() {
      return FileTime.fromMillis(0);
    }
  }

  /**
   * Begins a server's TLS context.
   *
   * @throws IllegalArgumentException when the files hold no certificate and key
   */
  SslContextBuilder forServer();

  /** Changes when the certificate does. */
  FileTime version() throws IOException;
}
