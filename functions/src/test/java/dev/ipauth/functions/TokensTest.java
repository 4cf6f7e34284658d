package dev.ipauth.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which tokens say who is calling. */
class TokensTest {
  private static Platform platform;

  @BeforeAll
  static void start() {
    platform = Platform.start();
  }

  @AfterAll
  static void stop() {
    platform.close();
  }

  static Stream<Arguments> badTokens() throws JOSEException {
    JWTClaimsSet good = Platform.claims("acme").build();
    Date past = Date.from(Instant.now().minusSeconds(3600));
    return Stream.of(
        Arguments.of("another issuer", signed(Platform.claims("acme").issuer("https://evil/"))),
        Arguments.of("another audience", signed(Platform.claims("acme").audience("other"))),
        Arguments.of("expired", signed(Platform.claims("acme").expirationTime(past))),
        Arguments.of("for ever", signed(Platform.claims("acme").expirationTime(null))),
        Arguments.of("no subject", signed(Platform.claims("acme").subject(null))),
        Arguments.of(
            "an account that is neither text nor a whole number",
            signed(Platform.claims("acme").claim("account_id", 7.5))),
        Arguments.of("an empty account", signed(Platform.claims("acme").claim("account_id", " "))),
        Arguments.of("an account of 257 characters", account("a".repeat(257))),
        Arguments.of("an account of half a surrogate pair", account("a\\ud800")),
        Arguments.of(
            "a subject of half a surrogate pair",
            written(Platform.claims("acme").subject("PLACE"), "a\\ud800")),
        Arguments.of("another key", Platform.sign(good, Platform.newKey())),
        Arguments.of("no signature", new PlainJWT(good).serialize()),
        Arguments.of("signed with the public key as a secret", hmac(good)),
        Arguments.of("cut off", platform.token("acme").replaceAll("\\.[^.]*$", ".")),
        Arguments.of("empty", ""));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badTokens")
  void isRefused(String what, String token) throws IOException, InterruptedException {
    HttpResponse<String> answer = caller("Bearer " + token);

    assertEquals(401, answer.statusCode(), what);
    assertTrue(answer.headers().firstValue("WWW-Authenticate").orElse("").startsWith("Bearer"));
  }

  @Test
  void anAccountIsCalledWhateverIsPossible()
      throws IOException, InterruptedException, JOSEException {
    for (String name : List.of("a".repeat(256), "é", "a\u200db")) {
      HttpResponse<String> answer = caller("Bearer " + account(name));
      assertTrue(answer.body().startsWith("{\"accountId\":\"" + name + "\","), answer::body);
    }
  }

  @Test
  void withoutTheClaimTheSubjectIsTheAccount() throws IOException, InterruptedException {
    String token = signed(Platform.claims("acme").claim("account_id", null).subject("auth0|7"));

    assertTrue(caller("bearer " + token).body().startsWith("{\"accountId\":\"auth0|7\","));
  }

  @Test
  void aScopeIsAskedForWhereTheOperatorSaysSo() throws IOException, InterruptedException {
    try (Platform strict = Platform.start(Map.of("required-scope", "smtp"))) {
      HttpResponse<String> refused = withScope(strict, "mail");
      assertEquals(
          List.of(403, 200),
          List.of(refused.statusCode(), withScope(strict, "mail smtp").statusCode()));
      // RFC 6750 section 3.1
      assertEquals(
          List.of("Bearer error=\"insufficient_scope\", scope=\"smtp\""),
          refused.headers().allValues("WWW-Authenticate"));
    }
  }

  private static HttpResponse<String> withScope(Platform strict, String scope)
      throws IOException, InterruptedException {
    String token =
        Platform.sign(Platform.claims("acme").claim("scope", scope).build(), strict.key());
    HttpRequest request =
        HttpRequest.newBuilder(strict.uri("/v1/caller"))
            .header("Authorization", "Bearer " + token)
            .build();
    return strict.send(request);
  }

  private static HttpResponse<String> caller(String authorization)
      throws IOException, InterruptedException {
    return platform.send(
        HttpRequest.newBuilder(platform.uri("/v1/caller"))
            .header("Authorization", authorization)
            .build());
  }

  private static String signed(JWTClaimsSet.Builder claims) {
    return Platform.sign(claims.build(), platform.key());
  }

  private static String account(String json) throws JOSEException {
    return written(Platform.claims("PLACE"), json);
  }

  /**
   * @param json what stands in the place, between its quotation marks
   */
  private static String written(JWTClaimsSet.Builder place, String json) throws JOSEException {
    String claims = place.build().toString().replace("PLACE", json);
    var header = new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(platform.key().getKeyID()).build();
    var token = new JWSObject(header, new Payload(claims));
    token.sign(new ECDSASigner(platform.key()));
    return token.serialize();
  }

  private static String hmac(JWTClaimsSet claims) throws JOSEException {
    SignedJWT token =
        new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k").build(), claims);
    token.sign(new MACSigner(platform.key().toPublicJWK().toJSONString()));
    return token.serialize();
  }
}
