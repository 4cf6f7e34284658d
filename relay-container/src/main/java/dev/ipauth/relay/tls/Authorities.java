package dev.ipauth.relay.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Whom to trust: the JDK's public authorities, or those in a PEM file, or both. */
final class Authorities {
  private Authorities() {}

  /**
   * Trusts those in the file instead of the public ones, or the public ones when null.
   *
   * @throws IllegalArgumentException when they can't be used
   */
  static X509ExtendedTrustManager trust(@Nullable Path file) {
    return trusting(file == null ? null : read(file));
  }

  /** Trusts those in the file beside the public ones, likewise. */
  static X509ExtendedTrustManager trustToo(@Nullable Path file) {
    X509ExtendedTrustManager everybodys = trusting(null);
    return file == null
        ? everybodys
        : trusting(
            Stream.of(everybodys.getAcceptedIssuers(), read(file))
                .flatMap(Stream::of)
                .toArray(X509Certificate[]::new));
  }

  private static X509Certificate[] read(Path file) {
    try {
      var source = Pem.Source.of(file.toString(), Files.readAllBytes(file));
      return Pem.certificates(source).toArray(X509Certificate[]::new);
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "The authorities to trust can't be read: " + CertificateWatch.sentence(e), e);
    }
  }

  /** The JDK's own, for these authorities, or for the public ones when null. */
  private static X509ExtendedTrustManager trusting(X509Certificate @Nullable [] authorities) {
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
}
