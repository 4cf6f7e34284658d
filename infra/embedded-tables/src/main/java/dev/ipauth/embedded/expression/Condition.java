package dev.ipauth.embedded.expression;

import dev.ipauth.embedded.values.Values;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What has to hold for a row. */
public sealed interface Condition {
  record And(Condition left, Condition right) implements Condition {}

  record Or(Condition left, Condition right) implements Condition {}

  record Not(Condition condition) implements Condition {}

  record Compared(Operand left, Comparator comparator, Operand right) implements Condition {}

  record Between(Operand value, Operand low, Operand high) implements Condition {}

  record In(Operand value, List<Operand> choices) implements Condition {}

  record Exists(Path path) implements Condition {}

  record HasType(Path path, AttributeValue.Type type) implements Condition {}

  record BeginsWith(Operand value, Operand prefix) implements Condition {}

  record Contains(Operand value, Operand part) implements Condition {}

  enum Comparator {
    EQUAL("="),
    DIFFERENT("<>"),
    LESS("<"),
    AT_MOST("<="),
    GREATER(">"),
    AT_LEAST(">=");

    private final String sign;

    Comparator(String sign) {
      this.sign = sign;
    }

    String sign() {
      return sign;
    }

    /** The one that says the same with the sides changed. */
    Comparator mirrored() {
      return switch (this) {
        case EQUAL, DIFFERENT -> this;
        case LESS -> GREATER;
        case AT_MOST -> AT_LEAST;
        case GREATER -> LESS;
        case AT_LEAST -> AT_MOST;
      };
    }

    /** The comparator that is written so; null when none is. */
    static @Nullable Comparator of(Token token) {
      for (Comparator comparator : values()) {
        if (token.isSign(comparator.sign)) {
          return comparator;
        }
      }
      return null;
    }

    private boolean holds(@Nullable AttributeValue left, @Nullable AttributeValue right) {
      return switch (this) {
        case EQUAL -> left != null && right != null && Values.areEqual(left, right);
        // A row without the attribute differs, too.
        case DIFFERENT -> left == null || right == null || !Values.areEqual(left, right);
        case LESS -> Values.areOrdered(left, right) && Values.compare(left, right) < 0;
        case AT_MOST -> Values.areOrdered(left, right) && Values.compare(left, right) <= 0;
        case GREATER -> Values.areOrdered(left, right) && Values.compare(left, right) > 0;
        case AT_LEAST -> Values.areOrdered(left, right) && Values.compare(left, right) >= 0;
      };
    }
  }

  /**
   * Whether it holds.
   *
   * @param row empty when there is none
   */
  default boolean holds(Map<String, AttributeValue> row) {
    return switch (this) {
      case And(Condition left, Condition right) -> left.holds(row) && right.holds(row);
      case Or(Condition left, Condition right) -> left.holds(row) || right.holds(row);
      case Not(Condition condition) -> !condition.holds(row);
      case Compared(Operand left, Comparator comparator, Operand right) ->
          comparator.holds(left.in(row), right.in(row));
      case Between(Operand value, Operand low, Operand high) ->
          Comparator.AT_LEAST.holds(value.in(row), low.in(row))
              && Comparator.AT_MOST.holds(value.in(row), high.in(row));
      case In(Operand value, List<Operand> choices) ->
          choices.stream()
              .anyMatch(choice -> Comparator.EQUAL.holds(value.in(row), choice.in(row)));
      case Exists(Path path) -> path.in(row) != null;
      case HasType(Path path, AttributeValue.Type type) -> {
        AttributeValue value = path.in(row);
        yield value != null && value.type() == type;
      }
      case BeginsWith(Operand value, Operand prefix) ->
          Values.beginsWith(value.in(row), prefix.in(row));
      case Contains(Operand value, Operand part) -> Values.contains(value.in(row), part.in(row));
    };
  }

  /** The names of the attributes that it is about. */
  default Set<String> attributes() {
    Set<String> names = new HashSet<>();
    collect(names);
    return names;
  }

  private void collect(Set<String> names) {
    switch (this) {
      case And(Condition left, Condition right) -> {
        left.collect(names);
        right.collect(names);
      }
      case Or(Condition left, Condition right) -> {
        left.collect(names);
        right.collect(names);
      }
      case Not(Condition condition) -> condition.collect(names);
      case Exists(Path path) -> names.add(path.attribute());
      case HasType(Path path, AttributeValue.Type _) -> names.add(path.attribute());
      case Compared(Operand left, Comparator _, Operand right) ->
          List.of(left, right).forEach(operand -> operand.collect(names));
      case Between(Operand value, Operand low, Operand high) ->
          List.of(value, low, high).forEach(operand -> operand.collect(names));
      case In(Operand value, List<Operand> choices) -> {
        value.collect(names);
        choices.forEach(choice -> choice.collect(names));
      }
      case BeginsWith(Operand value, Operand prefix) ->
          List.of(value, prefix).forEach(operand -> operand.collect(names));
      case Contains(Operand value, Operand part) ->
          List.of(value, part).forEach(operand -> operand.collect(names));
    }
  }
}
