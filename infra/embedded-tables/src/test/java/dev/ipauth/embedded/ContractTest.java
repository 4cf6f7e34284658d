package dev.ipauth.embedded;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromN;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import dev.ipauth.dynamodb.DynamoDbLocal;
import dev.ipauth.embedded.protocol.ProtocolServer;
import dev.ipauth.tables.TablesTemplate;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.IdempotentParameterMismatchException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * What the platform's code rests on, of DynamoDB Local, of the embedded tables, and of the embedded
 * tables behind DynamoDB's protocol.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContractTest {
  private static final String USERS = "SmtpUsers";
  private static final String ADDRESSES = "IpAuthentications";

  private final DynamoDbLocal local = DynamoDbLocal.inMemory();
  private final EmbeddedTables embedded = EmbeddedTables.inMemory();
  private final EmbeddedTables served = EmbeddedTables.inMemory();
  private final ProtocolServer server;
  private final DynamoDbClient overHttp;
  private int names;

  ContractTest() throws IOException {
    server = ProtocolServer.start(served.client(), 0);
    overHttp =
        DynamoDbClient.builder()
            .endpointOverride(URI.create("http://127.0.0.1:" + server.port()))
            .region(Region.EU_CENTRAL_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .build();
  }

  @BeforeAll
  void createTables() {
    var template = new TablesTemplate("");
    template.createIn(local.client());
    template.createIn(embedded.client());
    template.createIn(served.client());
  }

  @AfterAll
  void close() {
    overHttp.close();
    server.close();
    served.close();
    embedded.close();
    local.close();
  }

  Stream<DynamoDbClient> all() {
    return Stream.of(local.client(), embedded.client(), overHttp);
  }

  private String newName() {
    return "user-" + ++names;
  }

  private static Map<String, AttributeValue> user(String name, String account, int version) {
    return Map.of(
        "username", fromS(name), "accountId", fromS(account), "version", fromN("" + version));
  }

  private static Map<String, AttributeValue> address(String ip, String account) {
    return Map.of("ip", fromS(ip), "accountId", fromS(account));
  }

  private static TransactWriteItem claim(String ip, String account) {
    return TransactWriteItem.builder()
        .put(
            p ->
                p.tableName(ADDRESSES)
                    .item(address(ip, account))
                    .conditionExpression("attribute_not_exists(ip)")
                    .returnValuesOnConditionCheckFailure(
                        ReturnValuesOnConditionCheckFailure.ALL_OLD))
        .build();
  }

  private static TransactWriteItem edit(String name, int version) {
    return TransactWriteItem.builder()
        .put(
            p ->
                p.tableName(USERS)
                    .item(user(name, "acme", version + 1))
                    .conditionExpression("accountId = :accountId AND version = :version")
                    .expressionAttributeValues(
                        Map.of(":accountId", fromS("acme"), ":version", fromN("" + version))))
        .build();
  }

  private static TransactWriteItemsRequest transaction(String token, TransactWriteItem... items) {
    return TransactWriteItemsRequest.builder()
        .clientRequestToken(token)
        .transactItems(items)
        .build();
  }

  @ParameterizedTest
  @MethodSource("all")
  void aTransactionIsMadeWholeOrNotAtAllAndTellsWhatIsThere(DynamoDbClient client) {
    String name = newName();
    client.putItem(r -> r.tableName(USERS).item(user(name, "acme", 1)));
    client.transactWriteItems(transaction("first " + name, claim(name, "acme"), edit(name, 1)));

    var refused =
        assertThrows(
            TransactionCanceledException.class,
            () ->
                client.transactWriteItems(
                    transaction("second " + name, claim(name, "globex"), edit(name, 2))));
    assertEquals(
        List.of("ConditionalCheckFailed", "None"),
        refused.cancellationReasons().stream().map(CancellationReason::code).toList());
    assertEquals(address(name, "acme"), refused.cancellationReasons().getFirst().item());
    assertTrue(
        refused
            .awsErrorDetails()
            .errorMessage()
            .startsWith(
                "Transaction cancelled, please refer cancellation reasons for specific reasons"
                    + " [ConditionalCheckFailed, None]"));
    assertEquals(
        user(name, "acme", 2),
        client.getItem(r -> r.tableName(USERS).key(Map.of("username", fromS(name)))).item());
  }

  @ParameterizedTest
  @MethodSource("all")
  void theSameTokenChangesNothingTwice(DynamoDbClient client) {
    String name = newName();
    client.putItem(r -> r.tableName(USERS).item(user(name, "acme", 1)));
    var request = transaction("token " + name, edit(name, 1));
    client.transactWriteItems(request);
    client.transactWriteItems(request);
    assertThrows(
        IdempotentParameterMismatchException.class,
        () -> client.transactWriteItems(transaction("token " + name, edit(name, 2))));
    client.transactWriteItems(transaction("other " + name, edit(name, 2)));
  }

  @ParameterizedTest
  @MethodSource("all")
  void aCounterHasRoomOrNot(DynamoDbClient client) {
    String name = newName();
    for (int taken = 0; taken < 4; taken++) {
      boolean fits = taken < 3;
      try {
        var answer =
            client.updateItem(
                r ->
                    r.tableName("ApiRates")
                        .key(Map.of("accountMinute", fromS(name)))
                        .updateExpression("ADD requests :one SET expiresAt = :later")
                        .conditionExpression("attribute_not_exists(requests) OR requests <= :room")
                        .expressionAttributeValues(
                            Map.of(":one", fromN("1"), ":room", fromN("2"), ":later", fromN("99")))
                        .returnValues(ReturnValue.UPDATED_NEW));
        assertTrue(fits);
        assertEquals(
            Map.of("requests", fromN("" + (taken + 1)), "expiresAt", fromN("99")),
            answer.attributes());
      } catch (ConditionalCheckFailedException e) {
        assertFalse(fits, "refused after " + taken);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void anIndexIsListedInPagesInTheOrderOfItsSortKey(DynamoDbClient client) {
    String account = newName();
    List<String> names = List.of("a-0", "a-1", "a-10", "a-2", "a-é", "b");
    names
        .reversed()
        .forEach(n -> client.putItem(r -> r.tableName(USERS).item(user(account + n, account, 1))));
    List<String> found = new ArrayList<>();
    client
        .queryPaginator(
            r ->
                r.tableName(USERS)
                    .indexName("byAccount")
                    .keyConditionExpression("accountId = :a AND begins_with(username, :p)")
                    .expressionAttributeValues(
                        Map.of(":a", fromS(account), ":p", fromS(account + "a-")))
                    .limit(2))
        .items()
        .forEach(row -> found.add(text(row, "username").substring(account.length())));
    assertEquals(names.subList(0, 5), found);
  }

  @ParameterizedTest
  @MethodSource("all")
  void aPageHasAMegabyteAtMost(DynamoDbClient client) {
    String trail = newName();
    for (int i = 0; i < 6; i++) {
      Map<String, AttributeValue> row =
          Map.of(
              "auditedUser", fromS(trail),
              "position", fromS("" + i),
              "text", fromS("x".repeat(300_000)));
      client.putItem(r -> r.tableName("Audit").item(row));
    }
    List<Integer> pages = new ArrayList<>();
    client
        .queryPaginator(
            r ->
                r.tableName("Audit")
                    .keyConditionExpression("auditedUser = :t")
                    .expressionAttributeValues(Map.of(":t", fromS(trail))))
        .forEach(page -> pages.add(page.count()));
    assertEquals(List.of(4, 2), pages);
  }

  @ParameterizedTest
  @MethodSource("all")
  void whatIsWrongIsSaid(DynamoDbClient client) {
    assertThrows(
        ResourceNotFoundException.class,
        () -> client.getItem(r -> r.tableName("NoTable").key(Map.of("a", fromS("b")))));
    assertEquals(
        "Item size has exceeded the maximum allowed size",
        refusal(client, Map.of("ip", fromS("1"), "t", fromS("x".repeat(410_000)))));
    assertFalse(refusal(client, Map.of("accountId", fromS("acme"))).isEmpty());
    var reserved =
        assertThrows(
            DynamoDbException.class,
            () ->
                client.putItem(
                    r ->
                        r.tableName(ADDRESSES)
                            .item(address("1", "a"))
                            .conditionExpression("attribute_exists(name)")));
    assertEquals(
        "Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: name",
        reserved.awsErrorDetails().errorMessage());
  }

  private static String text(Map<String, AttributeValue> row, String name) {
    return requireNonNull(row.get(name), name).s();
  }

  private static String refusal(DynamoDbClient client, Map<String, AttributeValue> row) {
    var refused =
        assertThrows(
            DynamoDbException.class, () -> client.putItem(r -> r.tableName(ADDRESSES).item(row)));
    assertEquals("ValidationException", refused.awsErrorDetails().errorCode());
    return refused.awsErrorDetails().errorMessage();
  }

  @ParameterizedTest
  @MethodSource("all")
  void theTablesAreThere(DynamoDbClient client) {
    assertEquals(
        new TablesTemplate("")
            .tables().stream().map(t -> t.request().tableName()).sorted().toList(),
        client.listTables().tableNames());
    var table = client.describeTable(r -> r.tableName(USERS)).table();
    assertEquals("ACTIVE", table.tableStatusAsString());
    assertEquals("byAccount", table.globalSecondaryIndexes().getFirst().indexName());
  }
}
