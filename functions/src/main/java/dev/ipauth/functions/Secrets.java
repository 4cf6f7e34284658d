package dev.ipauth.functions;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
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
    return new WhenAllowed(Secrets::ask, InstantSource.system(), WhenAllowed::sleep);
  }

  private static String ask(String id) {
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
  }

  /**
   * Asks again for a minute while access is denied. In a first deployment, SnapStart starts the
   * function just after its role was made, and AWS takes some seconds to know a role everywhere.
   */
  record WhenAllowed(Secrets secrets, InstantSource clock, Pause pause) implements Secrets {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final Duration BETWEEN = Duration.ofSeconds(2);

    /** Waits. */
    @FunctionalInterface
    interface Pause {
      void of(Duration duration);
    }

    @Override
    public String read(String id) {
      Instant end = clock.instant().plus(TIMEOUT);
      while (true) {
        try {
          return secrets.read(id);
        } catch (IllegalArgumentException e) {
          if (!isDenied(e.getCause()) || !clock.instant().isBefore(end)) {
            throw e;
          }
          pause.of(BETWEEN);
        }
      }
    }

    private static boolean isDenied(@Nullable Throwable cause) {
      return cause instanceof AwsServiceException refused
          && refused.awsErrorDetails() != null
          && "AccessDeniedException".equals(refused.awsErrorDetails().errorCode());
    }

    private static void sleep(Duration duration) {
      try {
        Thread.sleep(duration);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Interrupted while a secret was waited for", e);
      }
    }
  }
}
