package dev.ipauth.functions.caller;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.crypto.impl.BaseJWSProvider;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.Base64URL;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * EdDSA on Ed25519 (RFC 8037, RFC 9864), which the JDK has and the JOSE library leaves to others.
 */
final class Ed25519 {
  static final Set<JWSAlgorithm> ALGORITHMS = Set.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519);
  private static final String NAME = "Ed25519";

  private Ed25519() {}

  /** Finds keys for Ed25519 as well as those of the library. */
  static final class KeySelector extends JWSVerificationKeySelector<SecurityContext> {
    KeySelector(Set<JWSAlgorithm> algorithms, IssuerKeys keys) {
      super(algorithms, keys);
    }

    @Override
    public List<Key> selectJWSKeys(JWSHeader header, @Nullable SecurityContext context)
        throws KeySourceException {
      if (!ALGORITHMS.contains(header.getAlgorithm())) {
        return super.selectJWSKeys(header, context);
      }
      JWKMatcher matcher = createJWKMatcher(header);
      List<Key> keys = new ArrayList<>();
      for (JWK key : getJWKSource().get(new JWKSelector(matcher), context)) {
        if (key instanceof OctetKeyPair pair && pair.getCurve().equals(Curve.Ed25519)) {
          keys.add(publicKey(pair));
        }
      }
      return keys;
    }
  }

  /** Verifies with Ed25519 as well as with what the library knows. */
  static final class VerifierFactory extends DefaultJWSVerifierFactory {
    @Override
    public JWSVerifier createJWSVerifier(JWSHeader header, Key key) throws JOSEException {
      return key instanceof EdECPublicKey edwards && ALGORITHMS.contains(header.getAlgorithm())
          ? new Verifier(edwards)
          : super.createJWSVerifier(header, key);
    }
  }

  private static final class Verifier extends BaseJWSProvider implements JWSVerifier {
    private final PublicKey key;

    Verifier(PublicKey key) {
      super(ALGORITHMS);
      this.key = key;
    }

    @Override
    public boolean verify(JWSHeader header, byte[] signed, Base64URL signature) {
      // RFC 7515 section 4.1.11: an extension that must be understood isn't.
      if (header.getCriticalParams() != null) {
        return false;
      }
      try {
        Signature verifier = Signature.getInstance(NAME);
        verifier.initVerify(key);
        verifier.update(signed);
        return verifier.verify(signature.decode());
      } catch (GeneralSecurityException _) {
        return false;
      }
    }
  }

  // RFC 8032 section 5.1.2: y in little-endian, and the sign of x in the highest bit.
  private static PublicKey publicKey(OctetKeyPair pair) throws KeySourceException {
    byte[] octets = pair.getDecodedX();
    byte[] bigEndian = new byte[octets.length];
    for (int i = 0; i < octets.length; i++) {
      bigEndian[i] = octets[octets.length - 1 - i];
    }
    boolean odd = octets.length > 0 && (bigEndian[0] & 0x80) != 0;
    if (odd) {
      bigEndian[0] &= 0x7f;
    }
    try {
      return KeyFactory.getInstance(NAME)
          .generatePublic(
              new EdECPublicKeySpec(
                  NamedParameterSpec.ED25519, new EdECPoint(odd, new BigInteger(1, bigEndian))));
    } catch (GeneralSecurityException e) {
      throw new KeySourceException("The issuer's key " + pair.getKeyID() + " is none", e);
    }
  }
}
