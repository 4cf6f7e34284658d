package dev.ipauth.embedded.values;

import java.util.Collection;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** How many bytes DynamoDB counts for a row, which bounds rows and pages. */
public final class RowSize {
  public static final int LARGEST_ROW = 400 * 1024;

  private static final int COLLECTION = 3;

  private RowSize() {}

  public static int of(Map<String, AttributeValue> row) {
    int size = 0;
    for (Map.Entry<String, AttributeValue> attribute : row.entrySet()) {
      size += utf8Length(attribute.getKey()) + of(attribute.getValue());
    }
    return size;
  }

  private static int of(AttributeValue value) {
    return switch (value.type()) {
      case S -> utf8Length(value.s());
      case N -> number(value.n());
      case B -> value.b().asByteArrayUnsafe().length;
      case SS -> value.ss().stream().mapToInt(RowSize::utf8Length).sum();
      case NS -> value.ns().stream().mapToInt(RowSize::number).sum();
      case BS -> value.bs().stream().mapToInt(bytes -> bytes.asByteArrayUnsafe().length).sum();
      case L -> COLLECTION + value.l().size() + members(value.l());
      case M -> COLLECTION + value.m().size() + of(value.m());
      case BOOL, NUL -> 1;
      case UNKNOWN_TO_SDK_VERSION -> 0;
    };
  }

  private static int members(Collection<AttributeValue> values) {
    return values.stream().mapToInt(RowSize::of).sum();
  }

  /** A byte for two significant digits, and one for the rest; another for a sign. */
  private static int number(String canonical) {
    if (canonical.equals("0")) {
      return 1;
    }
    int digits = Numbers.read(canonical).stripTrailingZeros().precision();
    return (digits + 1) / 2 + 1 + (canonical.startsWith("-") ? 1 : 0);
  }

  private static int utf8Length(String text) {
    int length = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      // Half of a pair counts two: four bytes together.
      length += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return length;
  }
}
