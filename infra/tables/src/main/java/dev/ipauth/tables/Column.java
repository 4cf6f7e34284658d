package dev.ipauth.tables;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.enhanced.dynamodb.AttributeConverter;
import software.amazon.awssdk.enhanced.dynamodb.AttributeValueType;
import software.amazon.awssdk.enhanced.dynamodb.EnhancedType;
import software.amazon.awssdk.enhanced.dynamodb.mapper.StaticAttributeTag;
import software.amazon.awssdk.enhanced.dynamodb.mapper.StaticImmutableTableSchema;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * A column of a table.
 *
 * @param name the attribute's
 * @param converter how the table keeps a value
 * @param value which one a record has; null for none
 * @param <T> the record
 * @param <V> the value
 */
record Column<T, V>(String name, AttributeConverter<V> converter, Getter<T, V> value) {
  /** Takes a value from a record; null when it has none. */
  @FunctionalInterface
  interface Getter<T, V> {
    @Nullable V of(T row);
  }

  void addTo(StaticImmutableTableSchema.Builder<T, Row> schema, StaticAttributeTag... tags) {
    schema.addAttribute(
        converter.type(),
        attribute ->
            attribute
                .name(name)
                .getter(value::of)
                .setter((row, read) -> row.put(name, read))
                .attributeConverter(converter)
                .tags(tags));
  }

  /** Keeps a value type as its canonical text. */
  static <V> AttributeConverter<V> text(
      Class<V> type, Function<V, String> toText, Function<String, V> parse) {
    return new Text<>(EnhancedType.of(type), toText, parse);
  }

  /** Keeps a list of values as a list of their canonical texts. */
  static <V> AttributeConverter<List<V>> texts(
      Class<V> type, Function<V, String> toText, Function<String, V> parse) {
    return new Texts<>(EnhancedType.listOf(type), new Text<>(EnhancedType.of(type), toText, parse));
  }

  private record Text<V>(
      EnhancedType<V> type, Function<V, String> toText, Function<String, V> parse)
      implements AttributeConverter<V> {
    @Override
    public AttributeValue transformFrom(V value) {
      return AttributeValue.fromS(toText.apply(value));
    }

    @Override
    public V transformTo(AttributeValue attribute) {
      return parse.apply(attribute.s());
    }

    @Override
    public AttributeValueType attributeValueType() {
      return AttributeValueType.S;
    }
  }

  private record Texts<V>(EnhancedType<List<V>> type, Text<V> each)
      implements AttributeConverter<List<V>> {
    @Override
    public AttributeValue transformFrom(List<V> values) {
      return AttributeValue.fromL(values.stream().map(each::transformFrom).toList());
    }

    @Override
    public List<V> transformTo(AttributeValue attribute) {
      return attribute.l().stream().map(each::transformTo).toList();
    }

    @Override
    public AttributeValueType attributeValueType() {
      return AttributeValueType.L;
    }
  }
}
