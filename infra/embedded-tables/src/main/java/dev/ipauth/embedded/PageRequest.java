package dev.ipauth.embedded;

import dev.ipauth.embedded.TableSchema.Index;
import dev.ipauth.embedded.TableSchema.Keys;
import dev.ipauth.embedded.expression.Condition;
import dev.ipauth.embedded.expression.Projection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Which rows of a table, in order, and how many at once.
 *
 * @param index null for the table itself
 * @param range null for all rows
 * @param after the key that the page begins behind; empty for the first page
 * @param limit of rows that are looked at; 0 for none
 * @param counts whether only their number is wanted
 */
record PageRequest(
    StoredTable table,
    @Nullable Index index,
    @Nullable KeyRange range,
    boolean isForward,
    Map<String, AttributeValue> after,
    int limit,
    @Nullable Condition filter,
    @Nullable Projection projection,
    boolean counts) {

  /** The keys that give the order. */
  Keys keys() {
    return index == null ? table.schema().keys() : index.keys();
  }

  /** Whether a page can begin behind a row of these keys: DynamoDB refuses any other start. */
  boolean canBeginBehind(Map<String, AttributeValue> row) {
    return range == null || (range.holds(row, keys()) && !endsAt(row));
  }

  /** Whether nothing can be behind a row: an index may have several of the same keys. */
  private boolean endsAt(Map<String, AttributeValue> row) {
    return range != null && index == null && range.endsAt(StoredTable.sort(row, keys()), isForward);
  }

  /** What the next page's request names this row by. */
  Map<String, AttributeValue> nameOf(Map<String, AttributeValue> row) {
    Map<String, AttributeValue> key = new LinkedHashMap<>();
    Stream.concat(keys().attributes().stream(), table.schema().keys().attributes().stream())
        .forEach(
            attribute -> {
              AttributeValue value = row.get(attribute.name());
              if (value != null) {
                key.put(attribute.name(), value);
              }
            });
    return key;
  }

  /** What of the row the index has. */
  Map<String, AttributeValue> projected(Map<String, AttributeValue> row) {
    if (index == null || index.projected() == null) {
      return row;
    }
    Map<String, AttributeValue> projected = new LinkedHashMap<>(row);
    projected.keySet().retainAll(index.projected());
    return projected;
  }
}
