package dev.ipauth.relay.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A certificate's chain and key, read from PEM and known to belong together: BoringSSL takes a key
 * that doesn't, and fails every handshake.
 *
 * @param chain the server's own first
 */
public record Pem(List<X509Certificate> chain, PrivateKey key) {
  private static final Pattern PKCS_8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]*)-----END PRIVATE KEY-----");
  private static final byte[] PROBE = "probe".getBytes(US_ASCII);

  public Pem {
    chain = List.copyOf(chain);
  }

  /**
   * Reads both files.
   *
   * @throws IllegalArgumentException with a sentence that says what is wrong with which
   */
  static Pem read(Path chainFile, Path keyFile) throws IOException {
    return of(
        new Text(chainFile.toString(), Files.readString(chainFile, US_ASCII)),
        new Text(keyFile.toString(), Files.readString(keyFile, US_ASCII)));
  }

  /**
   * PEM from somewhere.
   *
   * @param name of where it stands, for the operator
   */
  record Text(String name, String pem) {
    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * Reads both texts.
   *
   * @throws IllegalArgumentException with a sentence that says what is wrong with which
   */
  static Pem of(Text chainText, Text keyText) {
    List<X509Certificate> chain = chain(chainText);
    PublicKey certified = chain.getFirst().getPublicKey();
    PrivateKey key = key(keyText, certified.getAlgorithm());
    if (!belongTogether(certified, key)) {
      throw new IllegalArgumentException(
          keyText + " is not the key of the certificate " + chainText);
    }
    return new Pem(chain, key);
  }

  private static List<X509Certificate> chain(Text file) {
    try {
      var found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(file.pem().getBytes(US_ASCII)));
      if (!found.isEmpty()) {
        return found.stream().map(X509Certificate.class::cast).toList();
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          file + " holds no certificate in PEM: " + e.getMessage(), e);
    }
    throw new IllegalArgumentException(file + " holds no certificate in PEM");
  }

  private static PrivateKey key(Text file, String algorithm) {
    var pem = PKCS_8.matcher(file.pem());
    if (!pem.find()) {
      throw new IllegalArgumentException(
          file + " holds no private key in PEM (PKCS #8, without a passphrase)");
    }
    try {
      byte[] octets = Base64.getMimeDecoder().decode(pem.group(1));
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(octets));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IllegalArgumentException(file + " holds no usable " + algorithm + " key", e);
    }
  }

  private static boolean belongTogether(PublicKey certified, PrivateKey key) {
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
