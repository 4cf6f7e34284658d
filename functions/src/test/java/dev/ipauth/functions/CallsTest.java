package dev.ipauth.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.tables.MessageId;
import io.micronaut.web.router.Router;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** What each request costs in calls of DynamoDB, besides the account's share of the minute. */
class CallsTest {
  private static final List<String> CALLS = Collections.synchronizedList(new ArrayList<>());

  // In this order: what comes later finds what came before.
  private static final String ROUTES =
      """
      GET    | /v1/openapi.yaml                       |                               |
      GET    | /v1/caller                             |                               |
      POST   | /v1/smtp-users                         | {}                            | TransactWriteItems
      POST   | /v1/smtp-users                         | {"ipAuthentication": {"ip": "1.1.1.9"}} | TransactWriteItems
      GET    | /v1/smtp-users                         |                               | Query BatchGetItem
      GET    | /v1/smtp-users/there                   |                               | GetItem BatchGetItem
      PATCH  | /v1/smtp-users/there                   | {"enabled": false}            | GetItem TransactWriteItems BatchGetItem
      PATCH  | /v1/smtp-users/there                   | {"enabled": false}            | GetItem BatchGetItem
      POST   | /v1/smtp-users/there/password          |                               | GetItem TransactWriteItems
      PUT    | /v1/smtp-users/there/ip-restrictions   | {"networks": ["10.0.0.0/8"]}  | GetItem TransactWriteItems BatchGetItem
      PUT    | /v1/smtp-users/there/allowed-senders   | {"senders": ["@example.org"]} | GetItem TransactWriteItems BatchGetItem
      PUT    | /v1/smtp-users/there/ip-authentication | {"ip": "1.1.1.1"}             | GetItem TransactWriteItems BatchGetItem
      PUT    | /v1/smtp-users/there/ip-authentication | {"ip": "1.1.1.1"}             | GetItem BatchGetItem
      PUT    | /v1/smtp-users/there/ip-authentication | {"ip": "1.1.1.2"}             | GetItem TransactWriteItems BatchGetItem
      GET    | /v1/ip-authentications                 |                               | Query
      GET    | /v1/ip-authentications/1.1.1.2         |                               | GetItem
      DELETE | /v1/smtp-users/there/ip-authentication |                               | GetItem TransactWriteItems
      DELETE | /v1/smtp-users/there/ip-authentication |                               | GetItem TransactWriteItems
      GET    | /v1/smtp-users/there/audit             |                               | GetItem Query
      GET    | /v1/audit                              |                               | Query
      GET    | /v1/messages                           |                               | Query Query Query Query Query Query Query Query Query Query Query Query Query Query Query Query
      GET    | /v1/messages?username=there            |                               | Query
      GET    | /v1/messages/{id}                      |                               | BatchGetItem
      DELETE | /v1/messages/{id}                      |                               | BatchGetItem
      GET    | /v1/usage                              |                               | Query Query Query Query Query Query Query Query Query Query Query Query Query Query Query Query
      POST   | /v1/check                              | {"ip": "1.1.1.2"}             | GetItem
      POST   | /v1/check                              | {"username": "there"}         | GetItem
      DELETE | /v1/smtp-users/there                   |                               | GetItem TransactWriteItems
      """;

  private static DynamoDbClient client;
  private static Platform platform;

  private static final class Counter implements ExecutionInterceptor {
    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
      String name = context.request().getClass().getSimpleName().replace("Request", "");
      if (!name.equals("UpdateItem")) {
        CALLS.add(name);
      }
    }
  }

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    client =
        Platform.dynamoDb()
            .clientBuilder()
            .overrideConfiguration(override -> override.addExecutionInterceptor(new Counter()))
            .build();
    platform = Platform.start(client);
    platform.send("acme", "POST", "/v1/smtp-users", "{\"username\": \"there\"}");
  }

  @AfterAll
  static void stop() {
    platform.close();
    client.close();
  }

  @ParameterizedTest(name = "{0} {1}: {3}")
  @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = ROUTES)
  void costs(String method, String path, String body, String calls)
      throws IOException, InterruptedException {
    CALLS.clear();

    // One that could be kept still: of an older one it is known without a call that it isn't.
    String at = path.replace("{id}", MessageId.begunAt(System.currentTimeMillis(), 1));
    HttpResponse<String> answer = platform.send("acme", method, at, body == null ? "" : body);

    // Of no message, what it costs to know that there is none.
    int status = answer.statusCode();
    assertTrue(status < 300 || status == 404, answer.body());
    assertEquals(calls == null ? "" : calls, String.join(" ", CALLS));
  }

  /** What another account holds looks free, in what it takes to answer, too. */
  @Test
  void aNominationThatWaitsCostsTheSameWhoeverHasTheAddress()
      throws IOException, InterruptedException {
    try (Platform proving =
        Platform.start(Map.of("nomination-proof", "required", "http-url", Office.ORIGIN), client)) {
      for (String user : List.of("mine", "also-mine")) {
        proving.send("acme", "POST", "/v1/smtp-users", "{\"username\": \"%s\"}".formatted(user));
      }
      proving.send("globex", "POST", "/v1/smtp-users", "{\"username\": \"theirs\"}");
      new Gateway(proving)
          .sendAs(
              "globex",
              "1.1.1.1",
              "PUT",
              "/v1/smtp-users/theirs/ip-authentication",
              "{\"ip\": \"1.1.1.1\"}");

      assertEquals(waiting(proving, "mine", "1.1.1.2"), waiting(proving, "also-mine", "1.1.1.1"));
    }
  }

  /** The calls of a nomination that has to be proven. */
  private static List<String> waiting(Platform proving, String user, String ip)
      throws IOException, InterruptedException {
    CALLS.clear();
    HttpResponse<String> answer =
        proving.send(
            "acme",
            "PUT",
            "/v1/smtp-users/" + user + "/ip-authentication",
            "{\"ip\": \"%s\"}".formatted(ip));
    assertEquals(202, answer.statusCode(), answer.body());
    return List.copyOf(CALLS);
  }

  @Test
  void everyRouteIsInTheTable() {
    List<List<String>> lines =
        ROUTES.lines().map(line -> List.of(line.split("\\s*\\|\\s*", -1))).toList();

    List<String> missing =
        platform
            .context()
            .getBean(Router.class)
            .uriRoutes()
            .filter(route -> route.getUriMatchTemplate().toString().startsWith("/v1/"))
            .filter(route -> !route.getHttpMethodName().equals("HEAD"))
            .filter(
                route ->
                    lines.stream()
                        .noneMatch(
                            line ->
                                route.getHttpMethodName().equals(line.get(0))
                                    && route.getUriMatchTemplate().match(line.get(1)).isPresent()))
            .map(route -> route.getHttpMethodName() + " " + route.getUriMatchTemplate())
            .toList();

    assertEquals(List.of(), missing);
  }
}
