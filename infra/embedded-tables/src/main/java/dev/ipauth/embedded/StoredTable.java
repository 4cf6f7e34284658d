package dev.ipauth.embedded;

import static java.util.stream.Collectors.joining;

import dev.ipauth.embedded.TableSchema.Index;
import dev.ipauth.embedded.TableSchema.KeyAttribute;
import dev.ipauth.embedded.TableSchema.Keys;
import dev.ipauth.embedded.values.KeyBytes;
import dev.ipauth.embedded.values.RowJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A table of DynamoDB as one of SQLite. A row is kept as its JSON, with its keys beside it as bytes
 * that sort as DynamoDB sorts them: {@code pk} and {@code sk}, and {@code g0_pk} and {@code g0_sk}
 * of the first index, and so on. An index lacks the rows that lack its keys.
 */
record StoredTable(TableSchema schema, String name, String select, String insert, String delete) {
  private static final byte[] NO_SORT_KEY = {};

  static StoredTable of(TableSchema schema) {
    String name = "\"table:" + schema.name() + '"';
    List<String> columns =
        Stream.concat(
                Stream.of("pk", "sk", "row", "expires"),
                IntStream.range(0, schema.indexes().size())
                    .boxed()
                    .flatMap(i -> Stream.of("g" + i + "_pk", "g" + i + "_sk")))
            .toList();
    String values = columns.stream().map(_ -> "?").collect(joining(", "));
    return new StoredTable(
        schema,
        name,
        "SELECT row FROM " + name + " WHERE pk = ? AND sk = ?",
        "INSERT OR REPLACE INTO %s (%s) VALUES (%s)"
            .formatted(name, String.join(", ", columns), values),
        "DELETE FROM " + name + " WHERE pk = ? AND sk = ?");
  }

  /** What makes it. */
  List<String> create() {
    List<String> statements = new ArrayList<>();
    int indexes = schema.indexes().size();
    String indexColumns =
        IntStream.range(0, indexes)
            .mapToObj(i -> ", g%s_pk BLOB, g%s_sk BLOB".formatted(i, i))
            .collect(joining());
    statements.add(
        ("CREATE TABLE %s (pk BLOB NOT NULL, sk BLOB NOT NULL, row BLOB NOT NULL,"
                + " expires INTEGER%s, UNIQUE (pk, sk))")
            .formatted(name, indexColumns));
    for (int i = 0; i < indexes; i++) {
      statements.add(
          "CREATE INDEX \"index:%s:%s\" ON %s (g%s_pk, g%s_sk, pk, sk) WHERE g%s_pk IS NOT NULL"
              .formatted(schema.name(), i, name, i, i, i));
    }
    statements.add(
        "CREATE INDEX \"expiry:%s\" ON %s (expires) WHERE expires IS NOT NULL"
            .formatted(schema.name(), name));
    return statements;
  }

  Sql.Statement select(Map<String, AttributeValue> key) {
    return Sql.Statement.of(select, partition(key, schema.keys()), sort(key, schema.keys()));
  }

  Sql.Statement delete(Map<String, AttributeValue> key) {
    return Sql.Statement.of(delete, partition(key, schema.keys()), sort(key, schema.keys()));
  }

  Sql.Statement put(Map<String, AttributeValue> row) {
    List<@Nullable Object> parameters = new ArrayList<>();
    parameters.add(partition(row, schema.keys()));
    parameters.add(sort(row, schema.keys()));
    parameters.add(RowJson.write(row));
    parameters.add(expires(row));
    for (Index index : schema.indexes()) {
      boolean isIn =
          index.keys().attributes().stream().allMatch(key -> row.containsKey(key.name()));
      parameters.add(isIn ? partition(row, index.keys()) : null);
      parameters.add(isIn ? sort(row, index.keys()) : null);
    }
    return new Sql.Statement(insert, parameters);
  }

  private @Nullable Long expires(Map<String, AttributeValue> row) {
    AttributeValue value = schema.expiry() == null ? null : row.get(schema.expiry());
    return value == null || value.type() != AttributeValue.Type.N
        ? null
        : Expiry.seconds(value.n());
  }

  /** The partition key of a row, or of a key, as bytes. */
  static byte[] partition(Map<String, AttributeValue> row, Keys keys) {
    return bytes(row, keys.partition());
  }

  /** The sort key likewise; none is no bytes. */
  static byte[] sort(Map<String, AttributeValue> row, Keys keys) {
    return keys.sort() == null ? NO_SORT_KEY : bytes(row, keys.sort());
  }

  private static byte[] bytes(Map<String, AttributeValue> row, KeyAttribute key) {
    AttributeValue value = row.get(key.name());
    if (value == null) {
      throw new IllegalStateException("Checked before: " + key.name());
    }
    return KeyBytes.of(value);
  }
}
