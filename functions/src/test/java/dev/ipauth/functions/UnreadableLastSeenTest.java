package dev.ipauth.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;

/** All tables answer but the one that has {@code lastSeen}. */
class UnreadableLastSeenTest {
  private static DynamoDbClient client;
  private static Platform platform;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    client =
        Platform.dynamoDb()
            .clientBuilder()
            .overrideConfiguration(override -> override.addExecutionInterceptor(new Unreadable()))
            .build();
    platform = Platform.start(client);
    create("printer", "made-once");
  }

  @AfterAll
  static void stop() {
    platform.close();
    client.close();
  }

  private static final class Unreadable implements ExecutionInterceptor {
    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
      if (context.request() instanceof BatchGetItemRequest request
          && request.requestItems().keySet().stream().anyMatch(name -> name.endsWith("LastSeen"))) {
        throw SdkClientException.create("Connection refused");
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "PATCH | ''                 | {'description': 'second floor'}",
        "PUT   | /ip-authentication | {'ip': '198.51.100.7'}",
        "PUT   | /ip-restrictions   | {'networks': ['198.51.100.0/24']}",
        "PUT   | /allowed-senders   | {'senders': ['scans@example.com']}"
      })
  void aChangeThatWasMadeIsAnsweredSo(String method, String path, String body)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        platform.send("acme", method, "/v1/smtp-users/printer" + path, body.replace('\'', '"'));

    assertEquals(200, answer.statusCode(), answer.body());
    assertTrue(answer.body().contains("\"lastSeen\":null"), answer.body());
    assertTrue(answer.headers().firstValue("ETag").isPresent());
  }

  @Test
  void soIsOneThatWasMadeBefore() throws IOException, InterruptedException {
    HttpResponse<String> again = create("printer", "made-once");

    assertEquals(200, again.statusCode(), again.body());
    assertEquals("true", again.headers().firstValue("Idempotent-Replayed").orElseThrow());
  }

  @ParameterizedTest
  @CsvSource({"/v1/smtp-users", "/v1/smtp-users/printer"})
  void whatIsOnlyReadMayBeAskedForAgain(String path) throws IOException, InterruptedException {
    HttpResponse<String> answer = platform.send("acme", "GET", path, "");

    assertEquals(503, answer.statusCode(), answer.body());
    assertTrue(answer.headers().firstValue("Retry-After").isPresent());
  }

  private static HttpResponse<String> create(String user, String key)
      throws IOException, InterruptedException {
    String body = "{\"username\": \"%s\"}".formatted(user);
    return platform.send(
        HttpRequest.newBuilder(platform.uri("/v1/smtp-users"))
            .header("Authorization", "Bearer " + platform.token("acme"))
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }
}
