package dev.ipauth.relay.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.Username;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;

/**
 * Against a server that speaks as much of DynamoDB's protocol as a lookup needs, faults included.
 */
class DynamoTablesTest {
  private static final IpAddress IP = IpAddress.parse("198.51.100.7");
  private static final String ROW =
      """
      {"Item":{"ip":{"S":"198.51.100.7"},"accountId":{"S":"acme"},"username":{"S":"scanner"},
      "since":{"S":"2026-11-23T10:00:00Z"}}}\
      """;

  private static final DynamoTables.Settings SETTINGS =
      new DynamoTables.Settings("Users", "Addresses", 1, Duration.ofMinutes(1));

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final CountDownLatch testOver = new CountDownLatch(1);
  private HttpServer server;
  private DynamoDbClient client;
  private DynamoTables tables;
  private volatile Answer answer = exchange -> say(exchange, 200, "{}");

  private interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          requests.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          answer.to(exchange);
        });
    server.start();
    client = built(DynamoTables.client(SETTINGS, Duration.ofMinutes(1), Duration.ofMinutes(3)));
    tables = new DynamoTables(client, SETTINGS);
  }

  private DynamoDbClient built(DynamoDbClientBuilder builder) {
    return built(builder, AnonymousCredentialsProvider.create());
  }

  private DynamoDbClient built(DynamoDbClientBuilder builder, AwsCredentialsProvider credentials) {
    return builder
        .endpointOverride(URI.create("http://127.0.0.1:" + server.getAddress().getPort()))
        .region(Region.EU_CENTRAL_1)
        .credentialsProvider(credentials)
        .build();
  }

  @AfterEach
  void stop() {
    testOver.countDown();
    client.close();
    server.stop(0);
  }

  private static void say(HttpExchange exchange, int status, String json) throws IOException {
    byte[] body = json.getBytes(UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.0");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Test
  void readsAreStronglyConsistentAndOfTheRightTable() {
    assertEquals(Optional.empty(), tables.ipAuthentication(IP));
    assertEquals(Optional.empty(), tables.smtpUser(new Username("scanner")));
    assertEquals(2, requests.size());
    assertTrue(
        requests.stream().allMatch(r -> r.contains("\"ConsistentRead\":true")), requests::toString);
    assertTrue(requests.get(0).contains("\"TableName\":\"Addresses\""), requests::toString);
    assertTrue(requests.get(1).contains("\"TableName\":\"Users\""), requests::toString);
  }

  @Test
  void readsARow() {
    answer = exchange -> say(exchange, 200, ROW);
    var row = tables.ipAuthentication(IP).orElseThrow();
    assertEquals(IP, row.ip());
    assertEquals(new Username("scanner"), row.username());
  }

  @Test
  void aRowThatLacksItsOwnerIsAnErrorAndNotNobody() {
    answer = exchange -> say(exchange, 200, ROW.replace("accountId", "accountID"));
    assertThrows(RuntimeException.class, () -> tables.ipAuthentication(IP));
  }

  @Test
  void aFaultInPassingCostsAnotherTry() {
    answer =
        exchange ->
            say(exchange, requests.size() == 1 ? 500 : 200, requests.size() == 1 ? "{}" : ROW);
    assertTrue(tables.ipAuthentication(IP).isPresent());
    assertEquals(2, requests.size());
  }

  @Test
  void throttlingThatLastsIsAnError() {
    String type = "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException";
    answer = exchange -> say(exchange, 400, "{\"__type\":\"" + type + "\"}");
    assertCauseIsTheSdk(() -> tables.ipAuthentication(IP));
    assertTrue(requests.size() <= 3, () -> requests.size() + " tries");
  }

  /** A role's, which end while the relay runs: it signs with those that there are now. */
  @Test
  void credentialsThatEndAndComeBackCostTheReadsBetween() {
    var key = new AtomicReference<>("OLD");
    answer =
        exchange -> {
          String signed = exchange.getRequestHeaders().getFirst("Authorization");
          boolean old = signed == null || signed.contains("Credential=OLD/");
          String type = "com.amazon.coral.service#ExpiredTokenException";
          say(exchange, old ? 400 : 200, old ? "{\"__type\":\"" + type + "\"}" : ROW);
        };
    AwsCredentialsProvider role = () -> AwsSessionCredentials.create(key.get(), "secret", "token");
    var builder = DynamoTables.client(SETTINGS, Duration.ofMinutes(1), Duration.ofMinutes(3));
    try (var signing = built(builder, role)) {
      var signed = new DynamoTables(signing, SETTINGS);
      assertCauseIsTheSdk(() -> signed.ipAuthentication(IP));
      key.set("NEW");
      assertTrue(signed.ipAuthentication(IP).isPresent());
    }
  }

  @Test
  void aTableThatNeverAnswersIsAnError() {
    answer = _ -> awaitEndOfTest();
    try (var withTimeout = built(DynamoTables.client(SETTINGS))) {
      assertCauseIsTheSdk(() -> new DynamoTables(withTimeout, SETTINGS).ipAuthentication(IP));
    }
  }

  @Test
  void aServerThatIsGoneIsAnError() {
    server.stop(0);
    assertCauseIsTheSdk(() -> tables.probe());
  }

  private static void assertCauseIsTheSdk(Executable read) {
    assertInstanceOf(SdkException.class, assertThrows(RuntimeException.class, read).getCause());
  }

  @Test
  void manyAreReadInOneCallAndNotAllOfThemNeedBeFound() {
    answer = exchange -> say(exchange, 200, batch());
    var rows =
        new DynamoTable(client, "Addresses", "ip")
            .many(Set.of("198.51.100.7", "198.51.100.8", "198.51.100.9", "198.51.100.10"));
    assertEquals(Set.of("198.51.100.7", "198.51.100.8"), rows.found().keySet());
    assertEquals(Set.of("198.51.100.9"), rows.unread());
    assertEquals(1, requests.size());
    assertTrue(requests.getFirst().contains("\"ConsistentRead\":true"), requests::toString);
  }

  @Test
  void anAnswerThatDoesNotNameTheTableSaysNothingAboutItsRows() {
    answer = exchange -> say(exchange, 200, "{\"Responses\":{},\"UnprocessedKeys\":{}}");
    var keys = Set.of("198.51.100.7", "198.51.100.8");
    var rows = new DynamoTable(client, "Addresses", "ip").many(keys);
    assertEquals(keys, rows.unread());
  }

  private static String batch() {
    String row = ROW.substring("{\"Item\":".length(), ROW.length() - 1);
    String other = row.replace("198.51.100.7", "198.51.100.8");
    return """
    {"Responses":{"Addresses":[%s,%s]},
    "UnprocessedKeys":{"Addresses":{"Keys":[{"ip":{"S":"198.51.100.9"}}]}}}\
    """
        .formatted(row, other);
  }

  @Test
  void theProbeReadsBothTables() {
    tables.probe();
    assertEquals(2, requests.size());
  }

  private void awaitEndOfTest() {
    try {
      testOver.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
