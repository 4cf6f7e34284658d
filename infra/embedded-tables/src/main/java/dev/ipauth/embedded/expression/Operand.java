package dev.ipauth.embedded.expression;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What a comparison or an update takes a value from. */
sealed interface Operand {
  /** What stands at a path of the row. */
  record At(Path path) implements Operand {}

  record Literal(AttributeValue value) implements Operand {}

  record Size(Operand of) implements Operand {}

  /** In an update only. */
  record IfNotExists(Path path, Operand otherwise) implements Operand {}

  /** In an update only. */
  record ListAppend(Operand first, Operand second) implements Operand {}

  /** In an update only. */
  record Sum(Operand left, Operand right) implements Operand {}

  /** In an update only. */
  record Difference(Operand left, Operand right) implements Operand {}

  /** The value of an operand that a condition may have; null when there is none. */
  default @Nullable AttributeValue in(Map<String, AttributeValue> row) {
    return switch (this) {
      case At(Path path) -> path.in(row);
      case Literal(AttributeValue value) -> value;
      case Size(Operand of) -> size(of.in(row));
      case IfNotExists _, ListAppend _, Sum _, Difference _ -> throw notInCondition();
    };
  }

  private static @Nullable AttributeValue size(@Nullable AttributeValue value) {
    if (value == null) {
      return null;
    }
    Integer size =
        switch (value.type()) {
          // In characters as Java counts them, as DynamoDB does.
          case S -> value.s().length();
          case B -> value.b().asByteArrayUnsafe().length;
          case SS -> value.ss().size();
          case NS -> value.ns().size();
          case BS -> value.bs().size();
          case M -> value.m().size();
          case L -> value.l().size();
          case N, BOOL, NUL, UNKNOWN_TO_SDK_VERSION -> null;
        };
    return size == null ? null : AttributeValue.fromN(size.toString());
  }

  /** Collects the names of the attributes that it is about. */
  default void collect(Set<String> names) {
    switch (this) {
      case At(Path path) -> names.add(path.attribute());
      case Literal _ -> {}
      case Size(Operand of) -> of.collect(names);
      case IfNotExists _, ListAppend _, Sum _, Difference _ -> throw notInCondition();
    }
  }

  private IllegalStateException notInCondition() {
    return new IllegalStateException("The parser lets these into updates only: " + this);
  }
}
