package dev.ipauth.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.ipauth.functions.IdentityProvider.Mood;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tokens are verified with keys that a provider publishes over HTTP, whatever it does. */
class PublishedKeysTest {
  private final ECKey key = Platform.newKey("first");
  private IdentityProvider provider;
  private Platform platform;

  @BeforeEach
  void start() {
    provider = new IdentityProvider(key);
    platform = Platform.startWithPublishedKeys(Map.of("openid-issuer", provider.url()));
  }

  @AfterEach
  void stop() {
    platform.close();
    provider.close();
  }

  @Test
  void areFoundByTheDiscoveryDocumentAndKept() throws IOException, InterruptedException {
    for (int i = 0; i < 5; i++) {
      assertEquals(200, send(token(key)).statusCode());
    }
    provider.becomes(Mood.ERROR);

    assertEquals(200, send(token(key)).statusCode(), "kept");
    assertEquals(1, provider.readings());
  }

  @Test
  void aNewKeyIsReadWhenATokenNamesIt() throws IOException, InterruptedException {
    ECKey second = Platform.newKey("second");
    assertEquals(200, send(token(key)).statusCode());
    provider.publish(second);

    assertEquals(200, send(token(second)).statusCode());
    assertEquals(401, send(token(key)).statusCode(), "withdrawn");
  }

  @Test
  void madeUpKeysDoNotMakeItAskForEver() throws IOException, InterruptedException {
    assertEquals(200, send(token(key)).statusCode());

    for (int i = 0; i < 50; i++) {
      assertEquals(401, send(token(Platform.newKey("made-up-" + i))).statusCode());
    }

    assertTrue(provider.readings() <= 3, provider.readings() + " readings");
    assertEquals(200, send(token(key)).statusCode(), "the others are let in all the same");
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "WELL")
  void whatCannotBeVerifiedIsNotLetIn(Mood mood) throws IOException, InterruptedException {
    provider.becomes(mood);

    // Two askings in half a minute, each tried twice, by a JDK that may send each again.
    for (int i = 0; i < 10; i++) {
      HttpResponse<String> answer = send(token(key));
      assertEquals(503, answer.statusCode(), answer.body());
      assertTrue(answer.body().contains("/problems/unavailable"), answer.body());
      assertTrue(answer.headers().firstValue("Retry-After").isPresent());
    }
    assertTrue(provider.readings() <= 8, provider.readings() + " readings");
  }

  @Test
  void aProviderThatIsBackIsBelieved() throws IOException, InterruptedException {
    provider.becomes(Mood.ERROR);
    assertEquals(503, send(token(key)).statusCode());
    provider.becomes(Mood.WELL);

    assertEquals(200, send(token(key)).statusCode());
  }

  @Test
  void nobodyIsThereToAsk() throws IOException, InterruptedException {
    provider.close();

    assertEquals(503, send(token(key)).statusCode());
  }

  @Test
  void anAlgorithmThatTheKeyIsNotForIsRefused()
      throws IOException, InterruptedException, JOSEException {
    JWTClaimsSet claims = claims();
    String published = key.toPublicJWK().toJSONString();
    SignedJWT hmac =
        new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("first").build(), claims);
    hmac.sign(new MACSigner(published));
    ECKey thief = Platform.newKey("first");

    assertEquals(401, send(hmac.serialize()).statusCode(), "the public key as a secret");
    assertEquals(401, send(new PlainJWT(claims).serialize()).statusCode(), "none");
    assertEquals(401, send(token(thief)).statusCode(), "another key of the same name");
    assertEquals(401, send(withItsOwnKey(thief)).statusCode(), "a key that the token brings");
  }

  private String withItsOwnKey(ECKey thief) throws JOSEException {
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256).jwk(thief.toPublicJWK()).build(), claims());
    token.sign(new ECDSASigner(thief));
    return token.serialize();
  }

  private String token(ECKey signer) {
    return Platform.sign(claims(), signer);
  }

  private JWTClaimsSet claims() {
    return Platform.claims("acme").issuer(provider.url()).build();
  }

  private HttpResponse<String> send(String token) throws IOException, InterruptedException {
    return platform.send(
        HttpRequest.newBuilder(platform.uri("/v1/caller"))
            .header("Authorization", "Bearer " + token)
            .build());
  }
}
