package dev.ipauth.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** A disk without room: SQLite may have no more pages than it has. */
class FullDiskTest {
  private static final int PAGES = 40;
  private static final int NO_LIMIT = 1_000_000;
  private static final String TEXT = "x".repeat(3_000);

  @Test
  void whatFitsNoMoreIsRefusedAndAllIsWellWhenThereIsRoom(@TempDir Path folder)
      throws SQLException {
    Path file = folder.resolve("tables.db");
    int kept = 0;
    try (Database database = Database.open(file);
        WriteQueue queue = new WriteQueue(database, () -> {}, Duration.ofHours(1))) {
      var tables = new TableOperations(database, queue);
      tables.define(definition(), null);
      var client = new EmbeddedClient(database, queue, tables, InstantSource.system());
      allow(database, PAGES);
      while (isPut(client, kept)) {
        kept++;
      }
      assertTrue(kept > 5, kept + " rows");
      for (int i = 0; i < 10; i++) {
        var refused = assertThrows(DynamoDbException.class, () -> put(client, NO_LIMIT));
        assertTrue(refused.statusCode() >= 500, refused.getMessage());
        assertEquals(kept, count(client), "while it is full");
      }
      allow(database, NO_LIMIT);
      put(client, kept);
      assertEquals(kept + 1, count(client));
    }
    try (EmbeddedTables again = EmbeddedTables.in(file)) {
      assertEquals(kept + 1, count(again.client()));
    }
  }

  private static void allow(Database database, int pages) throws SQLException {
    database.inTransaction(
        rows ->
            rows.sql()
                .list(Sql.Statement.of("PRAGMA max_page_count = " + pages), row -> row.getLong(1)));
  }

  private static CreateTableRequest definition() {
    return CreateTableRequest.builder()
        .tableName("T")
        .attributeDefinitions(
            AttributeDefinition.builder()
                .attributeName("id")
                .attributeType(ScalarAttributeType.S)
                .build())
        .keySchema(KeySchemaElement.builder().attributeName("id").keyType(KeyType.HASH).build())
        .build();
  }

  private static boolean isPut(DynamoDbClient client, int number) {
    try {
      put(client, number);
      return true;
    } catch (DynamoDbException _) {
      return false;
    }
  }

  private static void put(DynamoDbClient client, int number) {
    Map<String, AttributeValue> row =
        Map.of("id", fromS(Integer.toString(number)), "text", fromS(TEXT));
    client.putItem(put -> put.tableName("T").item(row));
  }

  private static int count(DynamoDbClient client) {
    List<Map<String, AttributeValue>> rows =
        client.scanPaginator(scan -> scan.tableName("T")).items().stream().toList();
    return rows.size();
  }
}
