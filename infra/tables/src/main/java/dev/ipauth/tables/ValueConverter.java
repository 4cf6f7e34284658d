package dev.ipauth.tables;

import java.util.function.Function;
import software.amazon.awssdk.enhanced.dynamodb.AttributeConverter;
import software.amazon.awssdk.enhanced.dynamodb.AttributeValueType;
import software.amazon.awssdk.enhanced.dynamodb.EnhancedType;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Keeps a value type as its canonical text. */
record ValueConverter<T>(
    EnhancedType<T> type, Function<T, String> toText, Function<String, T> parse)
    implements AttributeConverter<T> {

  static <T> ValueConverter<T> of(
      Class<T> type, Function<T, String> toText, Function<String, T> parse) {
    return new ValueConverter<>(EnhancedType.of(type), toText, parse);
  }

  @Override
  public AttributeValue transformFrom(T value) {
    return AttributeValue.fromS(toText.apply(value));
  }

  @Override
  public T transformTo(AttributeValue attribute) {
    return parse.apply(attribute.s());
  }

  @Override
  public AttributeValueType attributeValueType() {
    return AttributeValueType.S;
  }
}
