package dev.ipauth.functions.caller;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.RemoteKeySourceException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import jakarta.inject.Singleton;
import java.text.ParseException;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Bearer tokens: JWTs of the operator's provider. API Gateway has checked them already; here they
 * are checked again, so that a route without an authorizer is no way in.
 */
@Singleton
final class Tokens {
  /** What a token says, once it is verified. */
  sealed interface Verdict {
    record Good(String accountId, String subject) implements Verdict {}

    /** Not a token of ours, or no longer. */
    record Bad() implements Verdict {}

    /** A good token, without the scope that is asked for. */
    record OutOfScope() implements Verdict {}

    /** The issuer's keys can't be had just now. */
    record Unknown() implements Verdict {}
  }

  // Only what is signed with a private key: with HMAC, whoever can check a token can make one.
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512,
          JWSAlgorithm.EdDSA,
          JWSAlgorithm.Ed25519);
  private static final int LONGEST_ACCOUNT_ID = 256;

  private final Issuer issuer;
  private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

  Tokens(Issuer issuer, IssuerKeys keys) {
    this.issuer = issuer;
    processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, keys));
    processor.setJWTClaimsSetVerifier(
        new DefaultJWTClaimsVerifier<>(
            issuer.audience(),
            new JWTClaimsSet.Builder().issuer(issuer.issuer()).build(),
            Set.of("sub", "exp")));
  }

  Verdict verify(String token) {
    try {
      JWTClaimsSet claims = processor.process(token, null);
      String accountId = accountId(claims);
      if (accountId == null || accountId.isBlank() || accountId.length() > LONGEST_ACCOUNT_ID) {
        return new Verdict.Bad();
      }
      return hasScope(claims)
          ? new Verdict.Good(accountId, claims.getSubject())
          : new Verdict.OutOfScope();
    } catch (RemoteKeySourceException _) {
      return new Verdict.Unknown();
    } catch (ParseException | BadJOSEException | JOSEException _) {
      return new Verdict.Bad();
    }
  }

  private @Nullable String accountId(JWTClaimsSet claims) throws ParseException {
    boolean named = claims.getClaim(issuer.accountClaim()) != null;
    return named ? claims.getStringClaim(issuer.accountClaim()) : claims.getSubject();
  }

  // RFC 8693 section 4.2: a list with spaces.
  private boolean hasScope(JWTClaimsSet claims) throws ParseException {
    if (issuer.requiredScope() == null) {
      return true;
    }
    String scopes = claims.getStringClaim("scope");
    return scopes != null && Arrays.asList(scopes.split(" ")).contains(issuer.requiredScope());
  }
}
