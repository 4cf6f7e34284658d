package dev.ipauth.dynamodb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.tables.AllowedSender;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.IpAuthentication;
import dev.ipauth.tables.Network;
import dev.ipauth.tables.Nomination;
import dev.ipauth.tables.PasswordHash;
import dev.ipauth.tables.PendingNomination;
import dev.ipauth.tables.Schemas;
import dev.ipauth.tables.SmtpUser;
import dev.ipauth.tables.Username;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbEnhancedClient;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbTable;
import software.amazon.awssdk.enhanced.dynamodb.KeyAttributeMetadata;
import software.amazon.awssdk.enhanced.dynamodb.TableMetadata;
import software.amazon.awssdk.enhanced.dynamodb.TableSchema;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

class DynamoDbLocalTest {
  private static final SmtpUser BARE =
      new SmtpUser(
          new Username("scanner-2f"),
          "acme",
          SmtpUser.Profile.NEW,
          new SmtpUser.Password(new PasswordHash("h"), Instant.parse("2026-11-23T10:00:00Z")),
          null,
          null,
          Instant.parse("2026-11-23T10:00:00Z"),
          1);
  private static final SmtpUser FULL =
      new SmtpUser(
          new Username("scanner-3f"),
          "acme",
          new SmtpUser.Profile(
              "third floor",
              false,
              List.of(Network.parse("192.0.2.0/24"), Network.parse("2001:db8::/48")),
              List.of(
                  AllowedSender.parse("scans@example.com"), AllowedSender.parse("@example.org")),
              "it@example.com"),
          new SmtpUser.Password(
              new PasswordHash("h"), Instant.parse("2026-11-23T10:00:00.123456789Z")),
          new Nomination(IpAddress.parse("2001:db8::7"), Instant.parse("2026-11-23T10:00:01Z")),
          new PendingNomination(
              IpAddress.parse("2001:db8::8"), Instant.parse("2026-11-23T10:00:02Z"), "code"),
          Instant.parse("2026-11-23T10:00:00Z"),
          7);

  @Test
  void rowsComeBackAsTheyWent() {
    try (var dynamo = DynamoDbLocal.inMemory()) {
      dynamo.createTables("T-");
      var users = table(dynamo, "T-SmtpUsers", Schemas.SMTP_USERS);
      users.putItem(BARE);
      users.putItem(FULL);
      assertEquals(BARE, users.getItem(BARE));
      assertEquals(FULL, users.getItem(FULL));
      var addresses = table(dynamo, "T-IpAuthentications", Schemas.IP_AUTHENTICATIONS);
      var row =
          new IpAuthentication(
              IpAddress.parse("198.51.100.7"), "acme", BARE.username(), Instant.EPOCH);
      addresses.putItem(row);
      assertEquals(row, addresses.getItem(row));
    }
  }

  @Test
  void theJavaSchemasAgreeWithTheTemplate() {
    try (var dynamo = DynamoDbLocal.inMemory()) {
      dynamo.createTables("");
      for (var schema :
          Map.of("SmtpUsers", Schemas.SMTP_USERS, "IpAuthentications", Schemas.IP_AUTHENTICATIONS)
              .entrySet()) {
        TableDescription table =
            dynamo.client().describeTable(r -> r.tableName(schema.getKey())).table();
        TableMetadata metadata = schema.getValue().tableMetadata();
        assertEquals(
            List.of(metadata.primaryPartitionKey()),
            table.keySchema().stream().map(KeySchemaElement::attributeName).toList());
        assertEquals(keyTypes(metadata), keyTypes(table), schema.getKey());
        assertEquals(indexes(metadata), indexes(table), schema.getKey());
      }
    }
  }

  private static Map<String, ScalarAttributeType> keyTypes(TableMetadata metadata) {
    return metadata.keyAttributes().stream()
        .collect(
            Collectors.toMap(
                KeyAttributeMetadata::name, key -> key.attributeValueType().scalarAttributeType()));
  }

  private static Map<String, ScalarAttributeType> keyTypes(TableDescription table) {
    return table.attributeDefinitions().stream()
        .collect(
            Collectors.toMap(
                AttributeDefinition::attributeName, AttributeDefinition::attributeType));
  }

  private static Set<String> indexes(TableMetadata metadata) {
    return metadata.indices().stream()
        .filter(index -> !index.name().equals(TableMetadata.primaryIndexName()))
        .map(
            index ->
                index.name()
                    + " "
                    + index.partitionKeys().getFirst().name()
                    + " "
                    + index.sortKeys().getFirst().name())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> indexes(TableDescription table) {
    return table.globalSecondaryIndexes().stream()
        .map(
            index ->
                index.indexName()
                    + index.keySchema().stream()
                        .map(key -> " " + key.attributeName())
                        .collect(Collectors.joining()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void aRefusedTransactionTellsWhatWasThere() {
    try (var dynamo = DynamoDbLocal.inMemory()) {
      dynamo.createTables("");
      Map<String, AttributeValue> row = Map.of("ip", AttributeValue.fromS("192.0.2.1"));
      dynamo.client().putItem(r -> r.tableName("IpAuthentications").item(row));
      var refused =
          assertThrows(
              TransactionCanceledException.class,
              () ->
                  dynamo
                      .client()
                      .transactWriteItems(
                          TransactWriteItemsRequest.builder()
                              .transactItems(TransactWriteItem.builder().put(ifNew(row)).build())
                              .build()));
      assertEquals(row, refused.cancellationReasons().getFirst().item());
    }
  }

  private static Put ifNew(Map<String, AttributeValue> row) {
    return Put.builder()
        .tableName("IpAuthentications")
        .item(row)
        .conditionExpression("attribute_not_exists(ip)")
        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
        .build();
  }

  @Test
  void whatIsKeptOnDiskOutlivesIt(@TempDir Path dataDir) {
    try (var dynamo = DynamoDbLocal.start(dataDir, 0)) {
      dynamo.createTables("");
      table(dynamo, "SmtpUsers", Schemas.SMTP_USERS).putItem(BARE);
    }
    try (var dynamo = DynamoDbLocal.start(dataDir, 0)) {
      dynamo.createTables("");
      assertEquals(BARE, table(dynamo, "SmtpUsers", Schemas.SMTP_USERS).getItem(BARE));
    }
  }

  @Test
  void listensOnLoopbackOnly() throws IOException {
    try (var dynamo = DynamoDbLocal.inMemory()) {
      int port = dynamo.endpoint().getPort();
      assertEquals("127.0.0.1", dynamo.endpoint().getHost());
      new Socket(InetAddress.ofLiteral("127.0.0.1"), port).close();
      // A server on every interface answers on every one of these.
      for (String other : List.of("127.0.0.2", "::1")) {
        assertThrows(
            IOException.class, () -> new Socket(InetAddress.ofLiteral(other), port).close(), other);
      }
    }
  }

  @Test
  void oneAsksForAPortAndIsToldWhenItIsTaken() {
    try (var first = DynamoDbLocal.inMemory()) {
      int port = first.endpoint().getPort();
      var refused =
          assertThrows(IllegalStateException.class, () -> DynamoDbLocal.start(null, port));
      assertTrue(refused.toString().contains("Address already in use"), refused::toString);
    }
  }

  @Test
  void isToldWhenTheDataFolderIsMissing(@TempDir Path dataDir) {
    Path missing = dataDir.resolve("missing");
    var refused = assertThrows(IllegalStateException.class, () -> DynamoDbLocal.start(missing, 0));
    assertTrue(refused.toString().contains(missing.toString()), refused::toString);
  }

  @Test
  void rowsThatExpireSayWhen() {
    try (var dynamo = DynamoDbLocal.inMemory()) {
      dynamo.createTables("T-");
      dynamo.createTables("T-");
      for (String name : List.of("T-IdempotencyKeys", "T-ApiRates", "T-ProofCodes")) {
        var expiry =
            dynamo.client().describeTimeToLive(r -> r.tableName(name)).timeToLiveDescription();
        assertEquals("expiresAt", expiry.attributeName(), name);
        assertEquals(TimeToLiveStatus.ENABLED, expiry.timeToLiveStatus(), name);
      }
    }
  }

  @Test
  void twoStandBesideEachOther() {
    try (var one = DynamoDbLocal.inMemory();
        var other = DynamoDbLocal.inMemory()) {
      one.createTables("");
      assertEquals(List.of(), other.client().listTables().tableNames());
      assertEquals(
          List.of(
              "Accounts",
              "ApiRates",
              "Audit",
              "CountedLines",
              "IdempotencyKeys",
              "IpAuthentications",
              "LastSeen",
              "Messages",
              "ProofCodes",
              "Queue",
              "SmtpUsers",
              "Usage"),
          one.client().listTables().tableNames());
    }
  }

  @Test
  void waitsForItsDatabaseToClose(@TempDir Path dataDir) {
    var released = new AtomicBoolean();
    var dynamo = DynamoDbLocal.start(dataDir, 0);
    try {
      dynamo.createTables("");
      Thread slow = slowDatabase(Thread.currentThread(), released);
      dynamo.close();
      assertFalse(slow.isAlive());
    } finally {
      released.set(true);
    }
  }

  /** One more thread of SQLite's, that ends once it is waited for, or released. */
  private static Thread slowDatabase(Thread closer, AtomicBoolean released) {
    Runnable untilAwaited =
        () -> {
          while (!released.get() && !isIn(closer, "awaitDatabase")) {
            Thread.onSpinWait();
          }
        };
    Thread slow = new Thread(untilAwaited, "SQLiteQueue[slow]");
    slow.setContextClassLoader(databaseThread().getContextClassLoader());
    slow.start();
    return slow;
  }

  private static Thread databaseThread() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("SQLiteQueue[shared-local-instance.db]"))
        .findFirst()
        .orElseThrow();
  }

  private static boolean isIn(Thread thread, String method) {
    return Stream.of(thread.getStackTrace()).anyMatch(at -> at.getMethodName().equals(method));
  }

  private static <T> DynamoDbTable<T> table(
      DynamoDbLocal dynamo, String name, TableSchema<T> schema) {
    return DynamoDbEnhancedClient.builder()
        .dynamoDbClient(dynamo.client())
        .build()
        .table(name, schema);
  }
}
