package dev.ipauth.relay.oauth;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.ipauth.relay.http.JsonFields;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/** A service account's key, from the JSON file that Google makes for it. */
final class ServiceAccountKey {
  private static final JsonFactory JSON = new JsonFactory();
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  /** The longest that Google takes. */
  private static final Duration LIFE = Duration.ofHours(1);

  private final String email;
  private final Optional<String> id;
  private final Optional<String> tokenUri;
  private final PrivateKey key;

  private ServiceAccountKey(
      String email, Optional<String> id, Optional<String> tokenUri, PrivateKey key) {
    this.email = email;
    this.id = id;
    this.tokenUri = tokenUri;
    this.key = key;
  }

  /**
   * Reads the file.
   *
   * @throws IllegalArgumentException with a sentence that says what is wrong with it, and never
   *     what is in it
   */
  static ServiceAccountKey read(Path file) {
    JsonFields fields = fields(file);
    return new ServiceAccountKey(
        needed(file, fields, "client_email"),
        fields.get("private_key_id"),
        fields.get("token_uri"),
        key(file, needed(file, fields, "private_key")));
  }

  private static JsonFields fields(Path file) {
    try {
      return JsonFields.read(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new IllegalArgumentException(file + " can't be read by this process", e);
    }
  }

  private static String needed(Path file, JsonFields fields, String name) {
    return fields
        .get(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    file + " is no service account's key: it has no " + name + " (JSON)"));
  }

  private static PrivateKey key(Path file, String pem) {
    String base64 = pem.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
    try {
      var encoded = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64));
      return KeyFactory.getInstance("RSA").generatePrivate(encoded);
    } catch (IllegalArgumentException | GeneralSecurityException _) {
      // The cause may hold a part of the key.
      throw new IllegalArgumentException(file + " has a private_key that isn't RSA in PKCS #8");
    }
  }

  /** Where the file says that tokens are to be had. */
  Optional<String> tokenUri() {
    return tokenUri;
  }

  /** A JWT (RFC 7523 section 3) that asks for a token, signed with RS256. */
  String assertion(URI issuer, String subject, String scope, Instant now) {
    String signed = encoded(header()) + "." + encoded(claims(issuer, subject, scope, now));
    try {
      var signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key);
      signature.update(signed.getBytes(US_ASCII));
      return signed + "." + BASE64.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("The service account's key can't sign", e);
    }
  }

  private static String encoded(String json) {
    return BASE64.encodeToString(json.getBytes(UTF_8));
  }

  /** Writes the fields of an object. */
  private interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  private String header() {
    return object(
        json -> {
          json.writeStringField("alg", "RS256");
          json.writeStringField("typ", "JWT");
          if (id.isPresent()) {
            json.writeStringField("kid", id.get());
          }
        });
  }

  private String claims(URI issuer, String subject, String scope, Instant now) {
    return object(
        json -> {
          json.writeStringField("iss", email);
          json.writeStringField("sub", subject);
          json.writeStringField("scope", scope);
          json.writeStringField("aud", issuer.toString());
          json.writeNumberField("iat", now.getEpochSecond());
          json.writeNumberField("exp", now.plus(LIFE).getEpochSecond());
        });
  }

  private static String object(Fields fields) {
    var text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new IllegalStateException("A string takes all that is written", e);
    }
    return text.toString();
  }
}
