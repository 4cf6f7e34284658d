package dev.ipauth.relay.tls;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** Where a certificate is kept as a secret. */
@FunctionalInterface
public interface CertificateSecret {
  /**
   * The secret as it is now.
   *
   * @param version changes with the text
   * @param json an object with {@code certificate}, the chain, and {@code privateKey}, both in PEM
   */
  record Kept(String name, String version, String json) {
    private static final JsonFactory JSON = new JsonFactory();

    /**
     * What is in it.
     *
     * @throws IllegalArgumentException with a sentence that says what is wrong
     */
    Pem pem() {
      Map<String, String> fields = fields();
      return Pem.of(field(fields, "certificate"), field(fields, "privateKey"));
    }

    private Pem.Source field(Map<String, String> fields, String field) {
      String where = field + " in the secret " + name;
      if (!fields.containsKey(field)) {
        throw new IllegalArgumentException("There is no " + where);
      }
      return Pem.Source.of(where, fields.get(field).getBytes(UTF_8));
    }

    private Map<String, String> fields() {
      var fields = new HashMap<String, String>();
      try (JsonParser parser = JSON.createParser(json)) {
        parser.nextToken();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String field = parser.currentName();
          parser.nextToken();
          parser.skipChildren();
          fields.put(field, parser.getText());
        }
      } catch (IOException _) {
        // The parser's own message would repeat what stands in the secret.
        throw new IllegalArgumentException("The secret " + name + " is not an object of JSON");
      }
      return fields;
    }

    /** Without the key, wherever this may be printed. */
    @Override
    public String toString() {
      return name + " " + version;
    }
  }

  /**
   * Reads it; blocks.
   *
   * @throws IOException when it can't be read just now
   */
  Kept read() throws IOException;

  /**
   * In AWS Secrets Manager; region, credentials and endpoint as the AWS SDK reads them.
   *
   * @param id its name or ARN
   */
  static CertificateSecret inSecretsManager(String id) {
    return () -> {
      // Asked every few minutes: nothing is worth keeping open until then.
      try (SecretsManagerClient client =
          SecretsManagerClient.builder()
              .httpClientBuilder(UrlConnectionHttpClient.builder())
              .build()) {
        var value = client.getSecretValue(request -> request.secretId(id));
        String text = value.secretString();
        return new Kept(id, value.versionId(), text == null ? "" : text);
      } catch (SdkException e) {
        throw new IOException("The secret " + id + " can't be read: " + e.getMessage(), e);
      }
    };
  }
}
