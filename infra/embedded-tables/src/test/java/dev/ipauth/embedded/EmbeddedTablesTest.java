package dev.ipauth.embedded;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromN;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.ListTablesRequest;

/** What the embedded tables promise besides being DynamoDB. */
class EmbeddedTablesTest {
  private static final CreateTableRequest TABLE =
      CreateTableRequest.builder()
          .tableName("rows")
          .attributeDefinitions(attribute("id", "S"))
          .keySchema(partition("id"))
          .billingMode(BillingMode.PAY_PER_REQUEST)
          .build();

  private static AttributeDefinition attribute(String name, String type) {
    return AttributeDefinition.builder().attributeName(name).attributeType(type).build();
  }

  private static KeySchemaElement partition(String name) {
    return KeySchemaElement.builder().attributeName(name).keyType("HASH").build();
  }

  private static void put(DynamoDbClient client, String id, long expires) {
    client.putItem(
        r ->
            r.tableName("rows")
                .item(Map.of("id", fromS(id), "n", fromN("0"), "until", fromN("" + expires))));
  }

  private static boolean isThere(DynamoDbClient client, String id) {
    return client.getItem(r -> r.tableName("rows").key(Map.of("id", fromS(id)))).hasItem();
  }

  @Test
  void whatItCannotDoItSaysByName() {
    try (EmbeddedTables tables = EmbeddedTables.inMemory()) {
      for (var entry :
          Map.<String, Executable>of(
                  "DescribeLimits", () -> tables.client().describeLimits(),
                  "ExecuteStatement", () -> tables.client().executeStatement(r -> r.statement("x")),
                  "DeleteTable", () -> tables.client().deleteTable(r -> r.tableName("rows")))
              .entrySet()) {
        var refused =
            assertThrows(UnsupportedOperationException.class, entry.getValue(), entry.getKey());
        assertEquals(entry.getKey(), refused.getMessage());
      }
      tables.define(TABLE, null);
      var legacy =
          assertThrows(
              UnsupportedOperationException.class,
              () -> tables.client().scan(r -> r.tableName("rows").segment(0).totalSegments(2)));
      assertEquals("Scan with Segment", legacy.getMessage());
    }
  }

  @Test
  void rowsOutliveTheProcessInFilesOfTheirOwnersAlone(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("tables.db");
    try (EmbeddedTables tables = EmbeddedTables.in(file)) {
      tables.define(TABLE, "until");
      put(tables.client(), "kept", 0);
      try (var files = Files.list(folder)) {
        for (Path each : files.toList()) {
          assertEquals(
              "rw-------",
              PosixFilePermissions.toString(Files.getPosixFilePermissions(each)),
              each.toString());
        }
      }
    }
    try (EmbeddedTables tables = EmbeddedTables.in(file)) {
      tables.define(TABLE, "until");
      assertTrue(isThere(tables.client(), "kept"));
    }
  }

  @Test
  void aTableGetsAnotherIndexAndKeepsItsRows(@TempDir Path folder) {
    Path file = folder.resolve("tables.db");
    try (EmbeddedTables tables = EmbeddedTables.in(file)) {
      tables.define(TABLE, null);
      put(tables.client(), "old", 7);
    }
    CreateTableRequest indexed =
        TABLE.toBuilder()
            .attributeDefinitions(attribute("id", "S"), attribute("until", "N"))
            .globalSecondaryIndexes(
                GlobalSecondaryIndex.builder()
                    .indexName("byEnd")
                    .keySchema(partition("until"))
                    .projection(p -> p.projectionType("ALL"))
                    .build())
            .build();
    try (EmbeddedTables tables = EmbeddedTables.in(file)) {
      tables.define(indexed, "until");
      put(tables.client(), "new", 7);
      var found =
          tables
              .client()
              .query(
                  r ->
                      r.tableName("rows")
                          .indexName("byEnd")
                          .keyConditionExpression("#u = :seven")
                          .expressionAttributeNames(Map.of("#u", "until"))
                          .expressionAttributeValues(Map.of(":seven", fromN("7"))));
      assertEquals(
          List.of("new", "old"),
          found.items().stream().map(row -> requireNonNull(row.get("id")).s()).toList());
    }
    CreateTableRequest rekeyed =
        TABLE.toBuilder()
            .attributeDefinitions(attribute("other", "S"))
            .keySchema(partition("other"))
            .build();
    try (EmbeddedTables tables = EmbeddedTables.in(file)) {
      assertThrows(UnusableDatabase.class, () -> tables.define(rekeyed, null));
    }
  }

  @Test
  void whatCannotBeUsedIsSaidAndLeftAsItIs(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("tables.db");
    try (EmbeddedTables tables = EmbeddedTables.in(file)) {
      tables.define(TABLE, null);
      for (int i = 0; i < 200; i++) {
        put(tables.client(), "row " + i, i);
      }
    }
    assertUnusable(file, "newer version", 60, new byte[] {0, 0, 0, 9});
    assertUnusable(file, "another program", 68, new byte[] {1, 2, 3, 4});
    assertUnusable(file, "damaged", 0, new byte[] {'n', 'o', 'p', 'e'});
    assertUnusable(file, "damaged", 4096, new byte[8192]);
    try (EmbeddedTables tables = EmbeddedTables.in(file)) {
      assertTrue(isThere(tables.client(), "row 199"));
    }
  }

  private static void assertUnusable(Path file, String why, int at, byte[] bytes)
      throws IOException {
    byte[] before = Files.readAllBytes(file);
    write(file, at, bytes);
    byte[] damaged = Files.readAllBytes(file);
    var refused = assertThrows(UnusableDatabase.class, () -> EmbeddedTables.in(file), why);
    String message = requireNonNull(refused.getMessage());
    assertTrue(message.contains(why), message);
    assertEquals(1, message.lines().count());
    assertArrayEquals(damaged, Files.readAllBytes(file), why);
    Files.write(file, before);
  }

  private static void write(Path file, int at, byte[] bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(bytes), at);
    }
  }

  @Test
  void rowsGoSomeWhileAfterTheirTime() throws Exception {
    Instant now = Instant.parse("2026-11-27T12:00:00Z");
    try (Database database = Database.open(null)) {
      try (var queue = new WriteQueue(database, () -> {}, Expiry.EVERY)) {
        var operations = new TableOperations(database, queue);
        operations.define(TABLE, "until");
        var client = new EmbeddedClient(database, queue, operations, () -> now);
        put(client, "over", now.getEpochSecond() - 1);
        put(client, "later", now.getEpochSecond() + 60);
        put(client, "a mistake", 1);
        assertTrue(isThere(client, "over"));
        StoredTable table = database.catalog().table("rows");
        database.inTransaction(rows -> assertFalse(Expiry.sweep(rows.sql(), table, now)));
        assertFalse(isThere(client, "over"));
        assertTrue(isThere(client, "later"));
        assertTrue(isThere(client, "a mistake"), "more than five years ago");
      }
    }
  }

  @Test
  void nothingIsLostBetweenThreads(@TempDir Path folder) throws Exception {
    int threads = 8;
    int each = 50;
    try (EmbeddedTables tables = EmbeddedTables.in(folder.resolve("tables.db"));
        var pool = Executors.newFixedThreadPool(threads)) {
      tables.define(TABLE, null);
      put(tables.client(), "counter", 0);
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        all.add(pool.submit(() -> count(tables.client(), each)));
      }
      for (Future<?> one : all) {
        one.get();
      }
      var row =
          tables
              .client()
              .getItem(r -> r.tableName("rows").key(Map.of("id", fromS("counter"))))
              .item();
      assertEquals(fromN("" + threads * each), row.get("n"));
    }
  }

  private static void count(DynamoDbClient client, int times) {
    for (int i = 0; i < times; i++) {
      client.updateItem(
          r ->
              r.tableName("rows")
                  .key(Map.of("id", fromS("counter")))
                  .updateExpression("ADD n :one")
                  .expressionAttributeValues(Map.of(":one", fromN("1"))));
    }
  }

  @Test
  void afterItsEndItSaysSo() {
    EmbeddedTables tables = EmbeddedTables.inMemory();
    tables.define(TABLE, null);
    tables.close();
    tables.close();
    assertEquals(
        List.of("rows"),
        tables.client().listTables(ListTablesRequest.builder().build()).tableNames());
    assertThrows(IllegalStateException.class, () -> isThere(tables.client(), "x"));
    assertThrows(IllegalStateException.class, () -> put(tables.client(), "x", 0));
  }
}
