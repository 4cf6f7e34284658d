package dev.ipauth.embedded;

import dev.ipauth.embedded.values.RowJson;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What is in the tables, as one connection sees it. */
record Rows(Sql sql, Catalog catalog) {
  /** The row with this key; empty when there is none. */
  Map<String, AttributeValue> get(StoredTable table, Map<String, AttributeValue> key) {
    List<byte[]> found = list(table.select(key), row -> row.getBytes(1));
    return found.isEmpty() ? Map.of() : RowJson.read(found.getFirst());
  }

  <T> List<T> list(Sql.Statement statement, Sql.RowReader<T> reader) {
    try {
      return sql.list(statement, reader);
    } catch (SQLException e) {
      throw new Unreadable(e);
    }
  }

  void visit(Sql.Statement statement, Sql.RowVisitor visitor) {
    try {
      sql.visit(statement, visitor);
    } catch (SQLException e) {
      throw new Unreadable(e);
    }
  }
}
