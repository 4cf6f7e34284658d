package dev.ipauth.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.functions.lambda.DynamoDbTimeouts;
import dev.ipauth.functions.lambda.LambdaSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
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

  /** The recorder gives up after 32 calls in a row: Lambda ends it after 300 s. */
  @Test
  void theFunctionsBesideItHaveTimeToSaySo() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Map<String, String> environment =
          Map.of(
              "aws.region", "us-east-1",
              "aws.accessKeyId", "none",
              "aws.secretAccessKey", "none",
              "aws.endpointUrl", "http://127.0.0.1:" + silent.getLocalPort());
      environment.forEach(System::setProperty);
      try (DynamoDbClient client = LambdaSettings.dynamoDb()) {
        assertTimeoutPreemptively(
            Duration.ofSeconds(20),
            () -> assertThrows(ApiCallTimeoutException.class, client::listTables));
      } finally {
        environment.keySet().forEach(System::clearProperty);
      }
    }
  }

  private static DynamoDbClient client(int port) {
    return DynamoDbTimeouts.of(DynamoDbClient.builder())
        .endpointOverride(URI.create("http://127.0.0.1:" + port))
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("none", "none")))
        .build();
  }
}
