package dev.ipauth.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The tables take a connection and say nothing, as behind a broken route. */
class SilentTablesTest {
  // API Gateway waits 30 s and then answers itself, with words of its own.
  private static final Duration GATEWAY = Duration.ofSeconds(25);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET    | /v1/smtp-users           | ''",
        "GET    | /v1/smtp-users/printer   | ''",
        "POST   | /v1/smtp-users           | {}",
        "DELETE | /v1/smtp-users/printer   | ''",
        "GET    | /v1/audit                | ''"
      })
  void theApplicationSaysSoBeforeTheGateway(String method, String path, String body)
      throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        DynamoDbClient client = client(silent.getLocalPort());
        Platform platform = Platform.start(client)) {
      HttpResponse<String> answer =
          assertTimeoutPreemptively(GATEWAY, () -> platform.send("acme", method, path, body));

      assertEquals(503, answer.statusCode());
      assertTrue(answer.headers().firstValue("Retry-After").isPresent());
    }
  }

  private static DynamoDbClient client(int port) {
    return Parts.withTimeouts(DynamoDbClient.builder())
        .endpointOverride(URI.create("http://127.0.0.1:" + port))
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("none", "none")))
        .build();
  }
}
