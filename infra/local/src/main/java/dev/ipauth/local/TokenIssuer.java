package dev.ipauth.local;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.jspecify.annotations.Nullable;

/**
 * Stands for the operator's OpenID Connect provider: a token for any account, for whoever asks. Its
 * key is made when it is first needed, since that would be a tenth of the start, and is gone at the
 * end, and its tokens with it.
 */
final class TokenIssuer {
  static final String ISSUER = "http://localhost/local";
  static final String AUDIENCE = "smtp-relay-platform";

  private static final Duration LIFETIME = Duration.ofDays(1);

  private @Nullable ECKey key;

  /** What its tokens are checked with. */
  JWKSet publicKeys() {
    return new JWKSet(key().toPublicJWK());
  }

  private synchronized ECKey key() {
    if (key == null) {
      key = generate();
    }
    return key;
  }

  private static ECKey generate() {
    try {
      return new ECKeyGenerator(Curve.P_256).keyUse(KeyUse.SIGNATURE).keyID("local").generate();
    } catch (JOSEException e) {
      throw new IllegalStateException("Every Java platform makes P-256 keys", e);
    }
  }

  /** A signed token for this account. */
  String issue(String accountId) {
    Instant now = Instant.now();
    ECKey signing = key();
    var token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(signing.getKeyID()).build(),
            new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience(AUDIENCE)
                .subject(accountId)
                .claim("account_id", accountId)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(LIFETIME)))
                .build());
    try {
      token.sign(new ECDSASigner(signing));
    } catch (JOSEException e) {
      throw new IllegalStateException("Every Java platform signs with P-256", e);
    }
    return token.serialize();
  }
}
