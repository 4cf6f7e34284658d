package dev.ipauth.relay.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.util.io.pem.PemObject;

/**
 * Private keys in the three forms that tools write: PKCS #8, PKCS #1 (RSA) and SEC 1 (EC). They are
 * told apart by what they are made of, and not by what the PEM block calls them.
 */
final class PrivateKeyReader {
  private PrivateKeyReader() {}

  /**
   * Reads the first.
   *
   * @param certified the public key that it should belong to
   * @throws IllegalArgumentException with a sentence that says what is wrong, and the cure
   */
  static PrivateKey read(Pem.Source source, PublicKey certified) {
    List<PemObject> keys = PemBlocks.of(source).stream().filter(PemBlocks::mayBeAKey).toList();
    if (keys.isEmpty()) {
      throw new IllegalArgumentException(source + " holds no private key in PEM");
    }
    PemObject key = keys.getFirst();
    if (PemBlocks.isEncrypted(key)) {
      throw encrypted(source);
    }
    if (key.getType().startsWith("OPENSSH")) {
      throw new IllegalArgumentException(
          source + " is a key for SSH. Write one for TLS, such as openssl genpkey makes");
    }
    try {
      PrivateKeyInfo info = info(source, ASN1Sequence.getInstance(key.getContent()), certified);
      return KeyFactory.getInstance(algorithm(info))
          .generatePrivate(new PKCS8EncodedKeySpec(info.getEncoded()));
    } catch (GeneralSecurityException | IOException | IllegalStateException e) {
      throw new IllegalArgumentException(source + " holds no usable private key", e);
    }
  }

  private static IllegalArgumentException encrypted(Pem.Source source) {
    return new IllegalArgumentException(
        source
            + " is encrypted, and nobody is there to be asked for its passphrase. Write it without"
            + " one: openssl pkey -in "
            + source
            + " -out key.pem");
  }

  private static PrivateKeyInfo info(Pem.Source source, ASN1Sequence key, PublicKey certified)
      throws IOException {
    if (key.size() < 2 || !(key.getObjectAt(0) instanceof ASN1Integer)) {
      throw key.size() == 2 ? encrypted(source) : noKey(source);
    }
    return switch (key.getObjectAt(1)) {
      case ASN1Sequence _ -> PrivateKeyInfo.getInstance(key);
      case ASN1Integer _ -> rsa(RSAPrivateKey.getInstance(key));
      case ASN1OctetString _ -> ec(ECPrivateKey.getInstance(key), certified);
      default -> throw noKey(source);
    };
  }

  private static IllegalArgumentException noKey(Pem.Source source) {
    return new IllegalArgumentException(source + " holds no usable private key");
  }

  private static PrivateKeyInfo rsa(RSAPrivateKey key) throws IOException {
    var rsa = new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE);
    return new PrivateKeyInfo(rsa, key);
  }

  /** The curve may be left out; it is the certificate's then. */
  private static PrivateKeyInfo ec(ECPrivateKey key, PublicKey certified) throws IOException {
    ASN1Encodable curve = key.getParametersObject();
    AlgorithmIdentifier algorithm =
        curve == null
            ? SubjectPublicKeyInfo.getInstance(certified.getEncoded()).getAlgorithm()
            : new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, curve);
    return new PrivateKeyInfo(algorithm, key);
  }

  private static String algorithm(PrivateKeyInfo info) {
    return info.getPrivateKeyAlgorithm().getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey)
        ? "EC"
        : info.getPrivateKeyAlgorithm().getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption)
            ? "RSA"
            : info.getPrivateKeyAlgorithm().getAlgorithm().getId();
  }
}
