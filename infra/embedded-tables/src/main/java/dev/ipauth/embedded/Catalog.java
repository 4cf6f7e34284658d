package dev.ipauth.embedded;

import dev.ipauth.embedded.protocol.SdkJson;
import dev.ipauth.embedded.values.Refusals;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/** Which tables there are: kept in the database, and remembered. */
final class Catalog {
  private final Map<String, StoredTable> tables = new ConcurrentSkipListMap<>();

  /** Makes what an empty database lacks. */
  static void create(Sql sql) throws SQLException {
    if (sql.list(Sql.Statement.of("PRAGMA user_version"), row -> row.getInt(1)).getFirst()
        == DatabaseFile.FORMAT) {
      return;
    }
    sql.runOnce("PRAGMA application_id = " + DatabaseFile.APPLICATION);
    sql.runOnce("PRAGMA user_version = " + DatabaseFile.FORMAT);
    sql.runOnce(
        "CREATE TABLE IF NOT EXISTS catalog (name TEXT PRIMARY KEY, definition BLOB NOT NULL,"
            + " expiry TEXT)");
    sql.runOnce(
        "CREATE TABLE IF NOT EXISTS tokens (token TEXT PRIMARY KEY, request BLOB NOT NULL,"
            + " at INTEGER NOT NULL)");
    sql.runOnce("CREATE INDEX IF NOT EXISTS tokens_by_time ON tokens (at)");
  }

  void load(Sql sql) throws SQLException {
    sql.list(
            Sql.Statement.of("SELECT definition, expiry FROM catalog"),
            row -> schema(row.getBytes(1), row.getString(2)))
        .forEach(this::remember);
  }

  private static TableSchema schema(byte[] definition, @Nullable String expiry) {
    return TableSchema.of(SdkJson.read(definition, CreateTableRequest.builder()).build(), expiry);
  }

  /** What keeps a table in the database. */
  static Sql.Statement keep(TableSchema schema) {
    return Sql.Statement.of(
        "INSERT OR REPLACE INTO catalog (name, definition, expiry) VALUES (?, ?, ?)",
        schema.name(),
        SdkJson.write(schema.definition()),
        schema.expiry());
  }

  /** To be called when it is in the database. */
  void remember(TableSchema schema) {
    tables.put(schema.name(), StoredTable.of(schema));
  }

  /**
   * A table by its name or ARN.
   *
   * @throws DynamoDbException when there is none
   */
  StoredTable table(@Nullable String nameOrArn) {
    if (nameOrArn == null || nameOrArn.isEmpty()) {
      throw Refusals.invalid(
          "1 validation error detected: Value null at 'tableName' failed to satisfy constraint:"
              + " Member must not be null");
    }
    StoredTable table = find(nameOrArn);
    if (table == null) {
      throw Refusals.noSuchTable();
    }
    return table;
  }

  @Nullable StoredTable find(String nameOrArn) {
    return tables.get(nameOrArn.substring(nameOrArn.lastIndexOf('/') + 1));
  }

  List<StoredTable> all() {
    return List.copyOf(tables.values());
  }
}
