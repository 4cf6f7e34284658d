package dev.ipauth.functions.messages;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A row's attributes as values. */
record RowReader(Map<String, AttributeValue> row) {

  @Nullable String text(String name) {
    AttributeValue value = row.get(name);
    return value == null ? null : value.s();
  }

  String required(String name) {
    return Objects.requireNonNull(text(name), name);
  }

  @Nullable Long number(String name) {
    AttributeValue value = row.get(name);
    return value == null ? null : Long.valueOf(value.n());
  }

  long number(String name, long otherwise) {
    return Objects.requireNonNullElse(number(name), otherwise);
  }

  @Nullable Instant time(String name) {
    String value = text(name);
    return value == null ? null : Instant.parse(value);
  }

  List<String> texts(String name) {
    AttributeValue value = row.get(name);
    return value == null ? List.of() : value.l().stream().map(AttributeValue::s).toList();
  }
}
