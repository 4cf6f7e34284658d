package dev.ipauth.relay.oauth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.oauth.FakeIssuer.Answer;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What the issuer is asked, and what is made of whatever it answers. */
class IssuerTest {
  private static final Grant CLIENT =
      new Grant.ClientCredentials("app", "s3cr+t&", "https://outlook.office365.com/.default");
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  private static AccessToken ask(URI url, Grant grant, Duration timeout) {
    try (var tokens =
        AccessTokens.of(new OAuthSettings(url, grant, null, Duration.ofSeconds(5), timeout))) {
      return tokens.token().toCompletableFuture().join();
    }
  }

  private static NoToken refusal(URI url, Grant grant, Duration timeout) {
    var failure = assertThrows(CompletionException.class, () -> ask(url, grant, timeout));
    return assertInstanceOf(NoToken.class, failure.getCause());
  }

  @Test
  void clientCredentialsAreSentAsAForm() throws IOException {
    try (var issuer = new FakeIssuer(null)) {
      assertEquals("token-1", ask(issuer.url(), CLIENT, TIMEOUT).value());
      assertEquals(
          Map.of(
              "grant_type", "client_credentials",
              "client_id", "app",
              "client_secret", "s3cr+t&",
              "scope", "https://outlook.office365.com/.default"),
          issuer.requests.getFirst());
    }
  }

  @Test
  void aServiceAccountSignsForItsMailbox(@TempDir Path folder)
      throws IOException, GeneralSecurityException {
    KeyPair key = KeyPairGenerator.getInstance("RSA").generateKeyPair();
    try (var issuer = new FakeIssuer(null)) {
      Path file = keyFile(folder, key, issuer.url());
      var grant = new Grant.ServiceAccount(file, "scanner@example.com", "https://mail.google.com/");
      ask(issuer.url(), grant, TIMEOUT);
      Map<String, String> form = issuer.requests.getFirst();
      assertEquals("urn:ietf:params:oauth:grant-type:jwt-bearer", form.get("grant_type"));
      String[] parts = form.getOrDefault("assertion", "").split("\\.", -1);
      assertEquals("{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"k1\"}", decoded(parts[0]));
      String claims = decoded(parts[1]);
      assertTrue(
          claims.startsWith(
              "{\"iss\":\"relay@project.iam.gserviceaccount.com\",\"sub\":\"scanner@example.com\","
                  + "\"scope\":\"https://mail.google.com/\",\"aud\":\""
                  + issuer.url()
                  + "\",\"iat\":"),
          claims);
      var verifying = Signature.getInstance("SHA256withRSA");
      verifying.initVerify(key.getPublic());
      verifying.update((parts[0] + "." + parts[1]).getBytes(US_ASCII));
      assertTrue(verifying.verify(Base64.getUrlDecoder().decode(parts[2])));
    }
  }

  private static String decoded(String part) {
    return new String(Base64.getUrlDecoder().decode(part), UTF_8);
  }

  private static Path keyFile(Path folder, KeyPair key, URI issuer) throws IOException {
    String pem =
        "-----BEGIN PRIVATE KEY-----\\n"
            + Base64.getEncoder().encodeToString(key.getPrivate().getEncoded())
            + "\\n-----END PRIVATE KEY-----\\n";
    return Files.writeString(
        folder.resolve("key.json"),
        """
        {"type": "service_account", "private_key_id": "k1", "private_key": "%s",
         "client_email": "relay@project.iam.gserviceaccount.com", "token_uri": "%s", "more": {"a": 1}}
        """
            .formatted(pem, issuer));
  }

  @Test
  void aKeyFileThatWasTakenAwayIsTheOperatorsFault(@TempDir Path folder) throws IOException {
    try (var issuer = new FakeIssuer(null)) {
      var grant = new Grant.ServiceAccount(folder.resolve("gone.json"), "a@example.com", "scope");
      NoToken refused = refusal(issuer.url(), grant, TIMEOUT);
      assertEquals(NoToken.Kind.OPERATOR, refused.kind());
      assertTrue(refused.why().contains("gone.json can't be read"), refused.why());
    }
  }

  /** An answer, and what it comes to. */
  private record Case(String what, Answer answer, NoToken.Kind kind, String why) {}

  @TestFactory
  Stream<DynamicTest> answers() {
    String expired =
        "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000222: expired s3cr+t&\\r\\nTrace\"}";
    return Stream.of(
            new Case(
                "expired secret, quoted",
                new Answer(401, expired),
                NoToken.Kind.OPERATOR,
                "127.0.0.1 refuses a token: 401 invalid_client: AADSTS7000222: expired … Trace"),
            new Case(
                "wrong scope",
                new Answer(400, "{\"error\":\"invalid_scope\"}"),
                NoToken.Kind.OPERATOR,
                "127.0.0.1 refuses a token: 400 invalid_scope"),
            new Case(
                "wrong path",
                new Answer(404, "<html>"),
                NoToken.Kind.OPERATOR,
                "127.0.0.1 refuses a token: 404"),
            new Case(
                "throttled",
                new Answer(429, "{}", Map.of("Retry-After", "7")),
                NoToken.Kind.THROTTLED,
                "127.0.0.1 refuses a token: 429"),
            new Case(
                "out of order",
                new Answer(503, ""),
                NoToken.Kind.UNAVAILABLE,
                "127.0.0.1 refuses a token: 503"),
            new Case(
                "passing error",
                new Answer(400, "{\"error\":\"temporarily_unavailable\"}"),
                NoToken.Kind.UNAVAILABLE,
                "127.0.0.1 refuses a token: 400 temporarily_unavailable"),
            new Case(
                "a redirect isn't followed",
                new Answer(307, "", Map.of("Location", "http://127.0.0.1:1/")),
                NoToken.Kind.UNAVAILABLE,
                "127.0.0.1 refuses a token: 307"),
            lie("a login page", "<html>Sign in</html>"),
            lie("cut off", "{\"access_token\":\"abc\","),
            lie("no token", "{\"expires_in\":3599}"),
            lie("empty token", "{\"access_token\":\"\"}"),
            lie("another kind of token", "{\"access_token\":\"abc\",\"token_type\":\"mac\"}"),
            lie("a token that ends its field", "{\"access_token\":\"abc\\u0001user=b\"}"),
            lie("a token of two lines", "{\"access_token\":\"abc\\r\\nMAIL\"}"),
            lie("a token without an end", "{\"access_token\":\"" + "a".repeat(9000) + "\"}"))
        .map(each -> DynamicTest.dynamicTest(each.what(), () -> check(each)));
  }

  private static Case lie(String what, String body) {
    return new Case(
        what,
        new Answer(200, body),
        NoToken.Kind.UNAVAILABLE,
        "127.0.0.1 answers with no token that can be used");
  }

  private static void check(Case each) throws IOException {
    try (var issuer = new FakeIssuer(null)) {
      issuer.answers = _ -> each.answer();
      NoToken refused = refusal(issuer.url(), CLIENT, TIMEOUT);
      assertEquals(each.kind(), refused.kind());
      assertEquals(each.why(), refused.why());
      assertFalse(refused.why().contains("s3cr"), "a secret");
    }
  }

  /** What is shown is cut, and a secret that is cut along with it is still one. */
  @Test
  void aLongSecretIsNotShownInPart() throws IOException {
    String secret = "s3cr+t&".repeat(30);
    var grant = new Grant.ClientCredentials("app", secret, null);
    for (String quoted : List.of(secret, URLEncoder.encode(secret, UTF_8))) {
      try (var issuer = new FakeIssuer(null)) {
        String words = "x".repeat(390) + " " + quoted + " isn't known";
        issuer.answers =
            _ -> new Answer(401, "{\"error\":\"e\",\"error_description\":\"" + words + "\"}");
        String why = refusal(issuer.url(), grant, TIMEOUT).why();
        assertEquals("x".repeat(390) + " … isn't k…", why.substring(why.indexOf("xx")));
      }
    }
  }

  @Test
  void anAssertionIsNotShown(@TempDir Path folder) throws IOException, GeneralSecurityException {
    KeyPair key = KeyPairGenerator.getInstance("RSA").generateKeyPair();
    try (var issuer = new FakeIssuer(null)) {
      issuer.answers =
          _ -> {
            String assertion = issuer.requests.getLast().getOrDefault("assertion", "");
            String words = "bad: " + assertion + "; " + assertion.substring(0, 100);
            return new Answer(400, "{\"error\":\"e\",\"error_description\":\"" + words + "\"}");
          };
      Path file = keyFile(folder, key, issuer.url());
      var grant = new Grant.ServiceAccount(file, "scanner@example.com", "scope");
      assertEquals(
          "127.0.0.1 refuses a token: 400 e: bad: …; …",
          refusal(issuer.url(), grant, TIMEOUT).why());
    }
  }

  @Test
  void anAnswerWithoutEndIsReadToItsBound() throws IOException {
    try (var issuer = new FakeIssuer(null)) {
      issuer.answers = _ -> new Answer(200, " ".repeat(1 << 20) + "{\"access_token\":\"abc\"}");
      assertEquals(NoToken.Kind.UNAVAILABLE, refusal(issuer.url(), CLIENT, TIMEOUT).kind());
    }
  }

  @Test
  void oneThatSaysNothingIsGivenUp() throws IOException {
    try (var issuer = new FakeIssuer(null)) {
      issuer.answers = _ -> new Answer(200, null);
      NoToken refused = refusal(issuer.url(), CLIENT, Duration.ofMillis(300));
      assertEquals(NoToken.Kind.UNAVAILABLE, refused.kind());
      assertEquals("no token can be fetched: 127.0.0.1 doesn't answer in time", refused.why());
    }
  }

  @Test
  void oneThatIsDownIsSaidToBe() {
    int nobody = 1;
    var url = URI.create("http://127.0.0.1:" + nobody + "/token");
    NoToken refused = refusal(url, CLIENT, TIMEOUT);
    assertEquals(NoToken.Kind.UNAVAILABLE, refused.kind());
    assertEquals("no token can be fetched: 127.0.0.1 can't be connected to", refused.why());
  }
}
