package dev.ipauth.functions.caller;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toSet;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.RemoteKeySourceException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.micronaut.context.annotation.Secondary;
import jakarta.inject.Singleton;
import java.text.ParseException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Bearer tokens: JWTs of the operator's provider. API Gateway has checked them already; here they
 * are checked again, so that a route without an authorizer is no way in.
 */
@Singleton
@Secondary
final class Tokens implements Bearers {
  // Only what is signed with a private key: with HMAC, whoever can check a token can make one.
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Stream.of(
              JWSAlgorithm.Family.RSA.stream(),
              Stream.of(JWSAlgorithm.ES256, JWSAlgorithm.ES384, JWSAlgorithm.ES512),
              Ed25519.ALGORITHMS.stream())
          .flatMap(family -> family)
          .collect(toSet());
  // RFC 9068 section 2.1 for access tokens; of the others, those that say nothing or JWT.
  private static final JOSEObjectTypeVerifier<SecurityContext> TYPES =
      new DefaultJOSEObjectTypeVerifier<>(
          new JOSEObjectType("at+jwt"),
          new JOSEObjectType("application/at+jwt"),
          JOSEObjectType.JWT,
          null);
  private static final int LONGEST_ACCOUNT_ID = 256;

  private final Issuer issuer;
  private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

  Tokens(Issuer issuer, IssuerKeys keys) {
    this.issuer = issuer;
    processor.setJWSTypeVerifier(TYPES);
    processor.setJWSKeySelector(new Ed25519.KeySelector(ALGORITHMS, keys));
    processor.setJWSVerifierFactory(new Ed25519.VerifierFactory());
    processor.setJWTClaimsSetVerifier(
        new DefaultJWTClaimsVerifier<>(
            new JWTClaimsSet.Builder().issuer(issuer.issuer()).build(), Set.of("sub", "exp")));
  }

  @Override
  public String howToSend() {
    return "Send a token: Authorization: Bearer followed by a JWT.";
  }

  @Override
  public String whereToGet() {
    return "Get a new one from your identity provider.";
  }

  @Override
  public Verdict verify(String token) {
    try {
      JWTClaimsSet claims = processor.process(token, null);
      String accountId = accountId(claims);
      if (!isForUs(claims)
          || accountId == null
          || !isAccountId(accountId)
          || !canBeWritten(claims.getSubject())) {
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

  private static boolean isAccountId(String text) {
    return !text.isBlank() && text.length() <= LONGEST_ACCOUNT_ID && canBeWritten(text);
  }

  /** Half a surrogate pair can't be written to a table. */
  private static boolean canBeWritten(String text) {
    return UTF_8.newEncoder().canEncode(text);
  }

  // Amazon Cognito's access tokens have no aud, only a client_id. API Gateway takes them as well.
  private boolean isForUs(JWTClaimsSet claims) {
    return claims.getClaim("aud") == null
        ? issuer.audience().equals(claims.getClaim("client_id"))
        : claims.getAudience().contains(issuer.audience());
  }

  private @Nullable String accountId(JWTClaimsSet claims) {
    return switch (claims.getClaim(issuer.accountClaim())) {
      case null -> claims.getSubject();
      case String text -> text;
      case Long number -> number.toString();
      case Integer number -> number.toString();
      default -> null;
    };
  }

  /**
   * RFC 8693 section 4.2 has a list with spaces in {@code scope}. Others have an array there, or
   * either of them in {@code scp}.
   */
  private boolean hasScope(JWTClaimsSet claims) {
    return issuer.requiredScope() == null
        || Stream.of("scope", "scp")
            .flatMap(name -> scopes(claims.getClaim(name)))
            .anyMatch(issuer.requiredScope()::equals);
  }

  private static Stream<?> scopes(@Nullable Object claim) {
    return switch (claim) {
      case String text -> Arrays.stream(text.split(" "));
      case Collection<?> list -> list.stream();
      case null, default -> Stream.empty();
    };
  }
}
