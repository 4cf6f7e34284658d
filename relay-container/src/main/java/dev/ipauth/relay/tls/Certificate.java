package dev.ipauth.relay.tls;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** What the relay proves its name with. */
public sealed interface Certificate {

  /**
   * PEM files, reread when they change.
   *
   * @param chain the certificate and those that lead to its root
   * @param key without a passphrase; may be the same file
   */
  record PemFiles(Path chain, Path key) implements Certificate {
    public static final Duration LOOK_EVERY = Duration.ofSeconds(2);

    @Override
    public Pem read() throws IOException {
      return Pem.read(chain, key);
    }

    @Override
    public Object version() throws IOException {
      return List.of(ByteBuffer.wrap(Files.readAllBytes(chain)), hash(Files.readAllBytes(key)));
    }

    /** The key itself isn't kept where nobody needs it. */
    private static ByteBuffer hash(byte[] octets) {
      try {
        return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(octets));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("Every JDK has SHA-256", e);
      }
    }

    @Override
    public Duration lookEvery() {
      return LOOK_EVERY;
    }
  }

  /** PEM in a secret, reread when it changes; so nothing has to be written to a disk. */
  record Secret(CertificateSecret kept) implements Certificate {

    @Override
    public Pem read() throws IOException {
      return kept.read().pem();
    }

    @Override
    public Object version() throws IOException {
      return kept.read().version();
    }

    // Each look is a request that costs something; a certificate is replaced days before it ends.
    @Override
    public Duration lookEvery() {
      return Duration.ofMinutes(5);
    }
  }

  /**
   * Made at the start, where there are no files, beside the rest of it: finding an RSA key takes a
   * new JVM a third of a second and more. Few devices look at it, and the oldest know RSA alone.
   *
   * @param bundle there as soon as the key is found
   */
  record SelfSigned(CompletableFuture<X509Bundle> bundle) implements Certificate {
    private static final Duration LIFE = Duration.ofDays(825);

    public static SelfSigned of(String hostname) {
      return new SelfSigned(
          CompletableFuture.supplyAsync(
              () -> make(hostname), making -> Thread.ofPlatform().daemon().start(making)));
    }

    private static X509Bundle make(String hostname) {
      var builder =
          new CertificateBuilder()
              .algorithm(CertificateBuilder.Algorithm.rsa2048)
              .subject("CN=" + hostname)
              .notBefore(Instant.now().minus(Duration.ofDays(1)))
              .notAfter(Instant.now().plus(LIFE))
              .setIsCertificateAuthority(true);
      try {
        return (mayBeSubjectAltName(hostname) ? builder.addSanDnsName(hostname) : builder)
            .buildSelfSigned();
      } catch (Exception e) {
        throw new IllegalStateException("No certificate could be made for " + hostname, e);
      }
    }

    /** The builder takes what a URI may have for a host: not relay_1 or relay.2. */
    private static boolean mayBeSubjectAltName(String hostname) {
      return URI.create("ip://" + hostname).getHost() != null;
    }

    @Override
    public Pem read() {
      X509Bundle made = made();
      return new Pem(List.of(made.getCertificatePath()), made.getKeyPair().getPrivate());
    }

    /** What kept it from being made is thrown as it was: who starts the relay says its message. */
    private X509Bundle made() {
      try {
        return bundle.join();
      } catch (CompletionException e) {
        throw e.getCause() instanceof RuntimeException told ? told : e;
      }
    }

    @Override
    public Object version() {
      return bundle;
    }

    @Override
    public Duration lookEvery() {
      return LIFE;
    }
  }

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException when there is no certificate and key in what was read
   */
  Pem read() throws IOException;

  /** Changes with the certificate: two that are equal mean the same one. */
  Object version() throws IOException;

  /** How often to look whether it has changed. */
  Duration lookEvery();
}
