package dev.ipauth.functions.messages;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Gathers a row's attributes; what is null isn't written. */
final class RowWriter {
  private final Map<String, AttributeValue> row = new HashMap<>();

  RowWriter text(String name, @Nullable String value) {
    if (value != null) {
      row.put(name, AttributeValue.fromS(value));
    }
    return this;
  }

  RowWriter number(String name, @Nullable Long value) {
    if (value != null) {
      row.put(name, AttributeValue.fromN(value.toString()));
    }
    return this;
  }

  RowWriter time(String name, @Nullable Instant value) {
    return text(name, value == null ? null : value.toString());
  }

  RowWriter texts(String name, List<String> values) {
    if (!values.isEmpty()) {
      row.put(name, AttributeValue.fromL(values.stream().map(AttributeValue::fromS).toList()));
    }
    return this;
  }

  RowWriter map(String name, Map<String, AttributeValue> value) {
    if (!value.isEmpty()) {
      row.put(name, AttributeValue.fromM(value));
    }
    return this;
  }

  Map<String, AttributeValue> row() {
    return Map.copyOf(row);
  }
}
