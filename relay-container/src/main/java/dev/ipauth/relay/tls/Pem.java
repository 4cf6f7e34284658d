package dev.ipauth.relay.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.util.io.pem.PemObject;

/**
 * A certificate's chain and key, known to belong together: BoringSSL takes a key that doesn't, and
 * fails every handshake. Read from what OpenSSL and others write, in PEM or DER, in one file or
 * two.
 *
 * @param chain the server's own first
 */
public record Pem(List<X509Certificate> chain, PrivateKey key) {
  private static final byte[] PROBE = "probe".getBytes(US_ASCII);

  public Pem {
    chain = List.copyOf(chain);
  }

  /**
   * Reads both files, which may be one.
   *
   * @throws IllegalArgumentException with a sentence that says what is wrong with which
   */
  static Pem read(Path chainFile, Path keyFile) throws IOException {
    return of(
        Source.of(chainFile.toString(), Files.readAllBytes(chainFile)),
        Source.of(keyFile.toString(), Files.readAllBytes(keyFile)));
  }

  /**
   * Where something stands.
   *
   * @param name for the operator
   * @param octets each as a character
   */
  record Source(String name, String octets) {

    static Source of(String name, byte[] octets) {
      return new Source(name, new String(octets, ISO_8859_1));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * Reads both.
   *
   * @throws IllegalArgumentException with a sentence that says what is wrong with which
   */
  static Pem of(Source chainSource, Source keySource) {
    List<X509Certificate> chain = certificates(chainSource);
    PrivateKey key = PrivateKeyReader.read(keySource, chain.getFirst().getPublicKey());
    for (X509Certificate own : chain) {
      if (belongTogether(own.getPublicKey(), key)) {
        return new Pem(ownFirst(chain, own), key);
      }
    }
    throw new IllegalArgumentException(
        keySource + " is not the key of the certificate " + chainSource);
  }

  private static List<X509Certificate> ownFirst(List<X509Certificate> chain, X509Certificate own) {
    var ordered = new ArrayList<>(chain);
    ordered.remove(own);
    ordered.addFirst(own);
    return ordered;
  }

  /**
   * The certificates in a source, one at least.
   *
   * @throws IllegalArgumentException with a sentence that says what is wrong with it
   */
  static List<X509Certificate> certificates(Source source) {
    try {
      var factory = CertificateFactory.getInstance("X.509");
      var found = new ArrayList<X509Certificate>();
      for (PemObject block : PemBlocks.of(source)) {
        if (PemBlocks.mayBeACertificate(block)) {
          var octets = new ByteArrayInputStream(block.getContent());
          found.add((X509Certificate) factory.generateCertificate(octets));
        }
      }
      if (!found.isEmpty()) {
        return found;
      }
    } catch (CertificateException e) {
      throw new IllegalArgumentException(
          source + " holds no certificate that can be read: " + e.getMessage(), e);
    }
    throw new IllegalArgumentException(source + " holds no certificate in PEM");
  }

  private static boolean belongTogether(PublicKey certified, PrivateKey key) {
    if (!certified.getAlgorithm().equals(key.getAlgorithm())) {
      return false;
    }
    String algorithm = certified.getAlgorithm().equals("EC") ? "ECDSA" : certified.getAlgorithm();
    try {
      var signature = Signature.getInstance("SHA256with" + algorithm);
      signature.initSign(key);
      signature.update(PROBE);
      byte[] signed = signature.sign();
      signature.initVerify(certified);
      signature.update(PROBE);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "No TLS with keys for " + algorithm + "; use RSA or EC", e);
    }
  }
}
