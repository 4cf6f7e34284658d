package dev.ipauth.functions;

import static dev.ipauth.functions.dependency.Log.log;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.functions.dependency.WatchedTables;
import java.net.ConnectException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/** What the operator is told when the tables are away: once, and once that they are back. */
class TablesOutageTest {
  private static final int REQUESTS = 5;

  private final AtomicBoolean away = new AtomicBoolean();

  private final class Wire implements ExecutionInterceptor {
    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
      if (away.get()) {
        throw SdkClientException.create("Unable to execute", new ConnectException("refused"));
      }
    }
  }

  @Test
  void theTablesAreAwayAndBackAndAway() {
    try (var client =
            Platform.dynamoDb()
                .clientBuilder()
                .overrideConfiguration(override -> override.addExecutionInterceptor(new Wire()))
                .build();
        Platform platform = Platform.start(WatchedTables.of(client))) {
      List<String> log =
          log(
              () -> {
                away.set(true);
                for (int i = 0; i < REQUESTS; i++) {
                  assertEquals(503, status(platform, "GET", "/v1/smtp-users", ""));
                }
                assertEquals(503, status(platform, "POST", "/v1/smtp-users", "{}"));
                away.set(false);
                assertEquals(201, status(platform, "POST", "/v1/smtp-users", "{}"));
                assertEquals(200, status(platform, "GET", "/v1/smtp-users", ""));
                away.set(true);
                assertEquals(503, status(platform, "GET", "/v1/smtp-users", ""));
              });

      String begins =
          "The tables can't be used: nobody takes the connection (refused). Requests that need them"
              + " are answered 503.";
      assertEquals(3, log.size(), log::toString);
      assertEquals(begins, log.getFirst());
      assertTrue(log.get(1).startsWith("The tables can be used again. "), log.get(1));
      assertEquals(begins, log.getLast());
    }
  }

  private static int status(Platform platform, String method, String path, String body)
      throws Exception {
    return platform.send("acme", method, path, body).statusCode();
  }
}
