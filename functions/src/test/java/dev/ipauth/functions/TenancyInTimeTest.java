package dev.ipauth.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Somebody else's things take as long as those that don't exist. What takes the time is DynamoDB,
 * so its calls are compared: which, and in what order. A stopwatch would only add noise.
 */
class TenancyInTimeTest {
  private static final List<String> CALLS = Collections.synchronizedList(new ArrayList<>());

  private static DynamoDbClient client;
  private static Platform platform;

  private static final class Recorder implements ExecutionInterceptor {
    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
      String name = context.request().getClass().getSimpleName();
      // The account's share of the minute, which is nobody else's.
      if (!name.equals("UpdateItemRequest")) {
        CALLS.add(name);
      }
    }
  }

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    client =
        Platform.dynamoDb()
            .clientBuilder()
            .overrideConfiguration(override -> override.addExecutionInterceptor(new Recorder()))
            .build();
    platform = Platform.start(client);
    platform.send(
        "globex",
        "POST",
        "/v1/smtp-users",
        "{\"username\": \"theirs\", \"ipAuthentication\": {\"ip\": \"192.0.2.1\"}}");
    platform.send("acme", "POST", "/v1/smtp-users", "{\"username\": \"ours\"}");
  }

  @AfterAll
  static void stop() {
    platform.close();
    client.close();
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @MethodSource("dev.ipauth.functions.TenancyTest#requests")
  void costsTheSameCalls(String method, String path, String body)
      throws IOException, InterruptedException {
    assertEquals(calls(method, TenancyTest.missing(path), body), calls(method, path, body));
  }

  @Test
  void onesOwnAreSeenToCostMore() throws IOException, InterruptedException {
    assertFalse(
        calls("PATCH", "/v1/smtp-users/ours", "{\"enabled\": false}")
            .equals(calls("PATCH", "/v1/smtp-users/theirs", "{\"enabled\": false}")),
        "else this test couldn't fail");
  }

  private static List<String> calls(String method, String path, String body)
      throws IOException, InterruptedException {
    CALLS.clear();
    platform.send("acme", method, path, body);
    return List.copyOf(CALLS);
  }
}
