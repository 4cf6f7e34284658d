package dev.ipauth.tables;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A row while the Enhanced Client reads it, column by column. */
final class Row {
  private final Map<String, Object> values = new HashMap<>();

  void put(String name, @Nullable Object value) {
    if (value != null) {
      values.put(name, value);
    }
  }

  /** Null when the row has no such attribute. */
  @SuppressWarnings("unchecked") // What the column's own converter has made.
  <V> @Nullable V optional(Column<?, V> column) {
    return (V) values.get(column.name());
  }

  /**
   * @throws NullPointerException when the row has no such attribute: one that somebody wrote by
   *     hand is an error, not a user with fewer rules
   */
  <V> V required(Column<?, V> column) {
    return Objects.requireNonNull(optional(column), column.name());
  }

  <V> V optional(Column<?, V> column, V otherwise) {
    return Objects.requireNonNullElse(optional(column), otherwise);
  }
}
