package dev.ipauth.embedded;

import dev.ipauth.embedded.expression.Condition;
import dev.ipauth.embedded.expression.Update;
import dev.ipauth.embedded.values.Refusals;
import dev.ipauth.embedded.values.RowSize;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/**
 * What is to become of one row, and on what condition.
 *
 * @param key of the row
 * @param condition null for none
 * @param returnsOld whether a refusal tells what is there
 */
record Change(
    StoredTable table,
    Map<String, AttributeValue> key,
    @Nullable Condition condition,
    boolean returnsOld,
    Kind kind) {

  sealed interface Kind {
    record Put(Map<String, AttributeValue> row) implements Kind {}

    /**
     * @param update null to make the row if it isn't there
     */
    record Alter(@Nullable Update update) implements Kind {}

    record Delete() implements Kind {}

    /** Only the condition counts. */
    record Check() implements Kind {}
  }

  boolean mayBeMade(Map<String, AttributeValue> old) {
    return condition == null || condition.holds(old);
  }

  /**
   * The row that it makes of this one; empty for none.
   *
   * @throws DynamoDbException when the update doesn't fit the row, or its outcome the table
   */
  Map<String, AttributeValue> outcome(Map<String, AttributeValue> old) {
    return switch (kind) {
      case Kind.Put(Map<String, AttributeValue> row) -> row;
      case Kind.Alter(Update update) -> updated(update, old);
      case Kind.Delete _ -> Map.of();
      case Kind.Check _ -> old;
    };
  }

  private Map<String, AttributeValue> updated(
      @Nullable Update update, Map<String, AttributeValue> old) {
    Map<String, AttributeValue> base = old.isEmpty() ? new LinkedHashMap<>(key) : old;
    if (update == null) {
      return base;
    }
    Map<String, AttributeValue> changed = update.applyTo(base);
    Checks.indexKeys(table.schema(), changed);
    if (RowSize.of(changed) > RowSize.LARGEST_ROW) {
      throw Refusals.invalid("Item size to update has exceeded the maximum allowed size");
    }
    return changed;
  }

  /** What writes it. */
  List<Sql.Statement> statements(Map<String, AttributeValue> old, Map<String, AttributeValue> row) {
    return switch (kind) {
      case Kind.Check _ -> List.of();
      case Kind.Delete _ -> old.isEmpty() ? List.of() : List.of(table.delete(key));
      case Kind.Put _, Kind.Alter _ -> List.of(table.put(row));
    };
  }
}
