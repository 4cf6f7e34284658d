package dev.ipauth.functions;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

/** The secrets that settings only name: whoever may look at a function's settings sees no more. */
@FunctionalInterface
interface Secrets {
  /**
   * Reads one, as text.
   *
   * @param id the secret's name or ARN
   * @throws IllegalArgumentException with a sentence that says why it can't be read
   */
  String read(String id);

  /** In AWS Secrets Manager; region, credentials and endpoint as the AWS SDK reads them. */
  static Secrets inSecretsManager() {
    return id -> {
      // Asked once, at the start: a client that stays would hold a connection through a snapshot.
      try (SecretsManagerClient client =
          SecretsManagerClient.builder()
              .httpClientBuilder(UrlConnectionHttpClient.builder())
              .build()) {
        String text = client.getSecretValue(request -> request.secretId(id)).secretString();
        if (text == null) {
          throw new IllegalArgumentException("The secret " + id + " is binary; write it as text.");
        }
        return text.strip();
      } catch (SdkException e) {
        throw new IllegalArgumentException(
            "The secret " + id + " can't be read: " + e.getMessage(), e);
      }
    };
  }
}
