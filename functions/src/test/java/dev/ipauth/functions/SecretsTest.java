package dev.ipauth.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.functions.Secrets.WhenAllowed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;

/** A role that was made a moment ago may not read its secret yet. */
class SecretsTest {
  private Instant now = Instant.EPOCH;

  @Test
  void isReadAsSoonAsAccessIsGranted() {
    Queue<String> refusals =
        new ArrayDeque<>(List.of("AccessDeniedException", "AccessDeniedException"));
    Secrets secrets =
        patient(
            id -> {
              String refusal = refusals.poll();
              if (refusal != null) {
                throw refused(refusal);
              }
              return "pepper";
            });

    assertEquals("pepper", secrets.read("arn"));
    assertEquals(Duration.ofSeconds(4), Duration.between(Instant.EPOCH, now));
  }

  @Test
  void isGivenUpAfterAMinute() {
    Secrets secrets =
        patient(
            id -> {
              throw refused("AccessDeniedException");
            });

    var e = assertThrows(IllegalArgumentException.class, () -> secrets.read("arn"));
    assertTrue(String.valueOf(e.getMessage()).contains("can't be read"), e::toString);
    assertEquals(Duration.ofMinutes(1), Duration.between(Instant.EPOCH, now));
  }

  @Test
  void whatWaitingDoesNotMendFailsAtOnce() {
    Secrets missing =
        patient(
            id -> {
              throw refused("ResourceNotFoundException");
            });
    Secrets binary =
        patient(
            id -> {
              throw new IllegalArgumentException("The secret is binary");
            });

    assertThrows(IllegalArgumentException.class, () -> missing.read("arn"));
    assertThrows(IllegalArgumentException.class, () -> binary.read("arn"));
    assertEquals(Instant.EPOCH, now);
  }

  private Secrets patient(Secrets secrets) {
    return new WhenAllowed(secrets, () -> now, pause -> now = now.plus(pause));
  }

  private static IllegalArgumentException refused(String code) {
    return new IllegalArgumentException(
        "The secret can't be read",
        SecretsManagerException.builder()
            .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).build())
            .build());
  }
}
