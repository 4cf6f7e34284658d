package dev.ipauth.functions.caller;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONArrayUtils;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.text.ParseException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The forms that real providers' tokens and keys have: {@code tokens.json} and {@code keys.json}.
 * Times in them are seconds from now.
 */
class ProvidersTest {
  private static final Path CASES = Path.of("src/test/resources/dev/ipauth/functions/caller");
  private static final String ISSUER = "https://id.example.com/";

  private static RSAKey rsa;
  private static ECKey ec;
  private static KeyPair ed;
  private static KeyPair thief;

  @BeforeAll
  static void makeKeys() throws JOSEException, GeneralSecurityException {
    rsa = new RSAKeyGenerator(2048).keyID("rsa").generate();
    ec = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
    ed = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    thief = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
  }

  static Stream<Map<String, Object>> tokens() throws IOException, ParseException {
    return cases("tokens.json");
  }

  static Stream<Map<String, Object>> keys() throws IOException, ParseException {
    return cases("keys.json");
  }

  private static Stream<Map<String, Object>> cases(String file) throws IOException, ParseException {
    return JSONArrayUtils.parse(Files.readString(CASES.resolve(file))).stream()
        .map(ProvidersTest::object);
  }

  @ParameterizedTest
  @MethodSource("tokens")
  void aTokenIsReadAsItsProviderMeansIt(Map<String, Object> one)
      throws JOSEException, GeneralSecurityException {
    Map<String, Object> settings = object(one.getOrDefault("settings", Map.of()));
    Issuer issuer =
        new Issuer(
            ISSUER,
            "smtp-relay",
            (String) settings.getOrDefault("account-claim", "account_id"),
            (String) settings.get("required-scope"),
            null);
    Tokens tokens = new Tokens(issuer, IssuerKeys.of(published()));

    Verdict verdict = tokens.verify(token(one));

    assertEquals(expected(one), seen(verdict), String.valueOf(one.get("what")));
  }

  private static String expected(Map<String, Object> one) {
    return String.valueOf(one.getOrDefault("account", one.get("status")));
  }

  private static String seen(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Good good -> good.accountId();
      case Verdict.Bad() -> "401";
      case Verdict.OutOfScope() -> "403";
      case Verdict.Unknown() -> "503";
    };
  }

  @ParameterizedTest
  @MethodSource("keys")
  void aKeyThatCannotBeUsedLeavesTheOthersUsable(Map<String, @Nullable Object> one)
      throws IOException, JOSEException, GeneralSecurityException {
    Map<String, Object> set = new HashMap<>(published().toJSONObject());
    set.put(
        "keys",
        Stream.concat(
                Stream.of(Objects.requireNonNullElse(one.get("key"), "null")),
                ((List<?>) Objects.requireNonNull(set.get("keys"))).stream())
            .toList());
    Path document = Files.createTempFile("keys", ".json");
    try {
      Files.writeString(document, JSONObjectUtils.toJSONString(set).replace("\"null\"", "null"));
      Issuer issuer = new Issuer(ISSUER, "smtp-relay", "account_id", null, document.toUri());
      Tokens tokens = new Tokens(issuer, PublishedKeys.of(issuer));
      for (Map<String, Object> header :
          List.<Map<String, Object>>of(
              Map.of("alg", "RS256", "kid", "rsa"),
              Map.of("alg", "ES256", "kid", "ec"),
              Map.of("alg", "EdDSA", "kid", "ed"),
              Map.of("alg", "EdDSA"))) {
        Verdict verdict =
            tokens.verify(
                token(Map.of("header", header, "claims", Map.of("aud", "smtp-relay", "sub", "1"))));
        assertInstanceOf(Verdict.Good.class, verdict, one.get("what") + " " + header);
      }
    } finally {
      Files.delete(document);
    }
  }

  private static JWKSet published() {
    return new JWKSet(List.<JWK>of(rsa, ec, edKey(ed))).toPublicJWKSet();
  }

  private static OctetKeyPair edKey(KeyPair pair) {
    byte[] encoded = ((EdECPublicKey) pair.getPublic()).getEncoded();
    byte[] x = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    return new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(x)).keyID("ed").build();
  }

  private static String token(Map<String, Object> one)
      throws JOSEException, GeneralSecurityException {
    Map<String, Object> header = object(one.get("header"));
    Map<String, Object> claims = new HashMap<>(Map.of("iss", ISSUER, "exp", 600, "iat", -5));
    claims.putAll(object(one.get("claims")));
    claims.replaceAll((name, value) -> isTime(name) ? fromNow((Number) value) : value);
    String signed =
        encoded(JSONObjectUtils.toJSONString(header))
            + "."
            + encoded(JSONObjectUtils.toJSONString(claims));
    byte[] signature =
        signature(
            String.valueOf(header.get("alg")),
            one.containsKey("forged") ? thief : ed,
            signed.getBytes(UTF_8));
    return signed + "." + Base64URL.encode(signature);
  }

  private static boolean isTime(String claim) {
    return List.of("exp", "nbf", "iat").contains(claim);
  }

  private static Object fromNow(Number seconds) {
    return Instant.now().getEpochSecond() + seconds.longValue();
  }

  private static String encoded(String json) {
    return Base64URL.encode(json).toString();
  }

  // The JDK's own signatures: nothing of what is tested has a part in it.
  private static byte[] signature(String algorithm, KeyPair edPair, byte[] signed)
      throws JOSEException, GeneralSecurityException {
    return switch (algorithm) {
      case "RS256" -> sign(Signature.getInstance("SHA256withRSA"), rsa.toPrivateKey(), signed);
      case "PS256" -> {
        Signature pss = Signature.getInstance("RSASSA-PSS");
        pss.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        yield sign(pss, rsa.toPrivateKey(), signed);
      }
      case "ES256" ->
          sign(Signature.getInstance("SHA256withECDSAinP1363Format"), ec.toPrivateKey(), signed);
      default -> sign(Signature.getInstance("Ed25519"), edPair.getPrivate(), signed);
    };
  }

  private static byte[] sign(Signature signature, PrivateKey key, byte[] signed)
      throws GeneralSecurityException {
    signature.initSign(key);
    signature.update(signed);
    return signature.sign();
  }

  @SuppressWarnings("unchecked") // JSON's objects are maps by name
  private static Map<String, Object> object(@Nullable Object value) {
    return (Map<String, Object>) Objects.requireNonNull(value);
  }
}
