package dev.ipauth.embedded.expression;

import dev.ipauth.embedded.expression.Condition.Comparator;
import dev.ipauth.embedded.values.Refusals;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/**
 * Which rows a query is for.
 *
 * @param sort null for all of the partition
 */
public record KeyCondition(AttributeValue partition, @Nullable Sort sort) {

  /** What has to hold of the sort key. */
  public sealed interface Sort {
    record Is(Comparator comparator, AttributeValue value) implements Sort {}

    record IsBetween(AttributeValue low, AttributeValue high) implements Sort {}

    record Begins(AttributeValue prefix) implements Sort {}

    /** The values that it is compared with. */
    default List<AttributeValue> values() {
      return switch (this) {
        case Is(Comparator _, AttributeValue value) -> List.of(value);
        case IsBetween(AttributeValue low, AttributeValue high) -> List.of(low, high);
        case Begins(AttributeValue prefix) -> List.of(prefix);
      };
    }
  }

  private record Part(String attribute, Sort holds) {}

  /**
   * Reads a condition as one of keys.
   *
   * @param sortName null where there is no sort key
   * @throws DynamoDbException when it is about more, or less, than them
   */
  public static KeyCondition of(
      Condition condition, String partitionName, @Nullable String sortName) {
    List<Part> parts = new ArrayList<>();
    collect(condition, parts);
    AttributeValue partition = null;
    Sort sort = null;
    for (Part part : parts) {
      if (part.attribute().equals(partitionName) && partition == null) {
        if (!(part.holds() instanceof Sort.Is(Comparator comparator, AttributeValue value))
            || comparator != Comparator.EQUAL) {
          throw Refusals.invalid("Query key condition not supported");
        }
        partition = value;
      } else if (part.attribute().equals(sortName) && sort == null) {
        sort = part.holds();
      } else if (part.attribute().equals(partitionName) || part.attribute().equals(sortName)) {
        throw Refusals.invalid("KeyConditionExpressions must only contain one condition per key");
      } else {
        throw Refusals.invalid(
            "Query condition missed key schema element: "
                + (partition == null || sortName == null ? partitionName : sortName));
      }
    }
    if (partition == null) {
      throw Refusals.invalid("Query condition missed key schema element: " + partitionName);
    }
    return new KeyCondition(partition, sort);
  }

  private static void collect(Condition condition, List<Part> parts) {
    switch (condition) {
      case Condition.And(Condition left, Condition right) -> {
        collect(left, parts);
        collect(right, parts);
      }
      case Condition.Compared(
              Operand.At(Path path),
              Comparator comparator,
              Operand.Literal(AttributeValue value)) -> {
        if (comparator == Comparator.DIFFERENT) {
          throw unsupported("<>");
        }
        parts.add(part(path, new Sort.Is(comparator, value)));
      }
      case Condition.Compared(
              Operand.Literal(AttributeValue value),
              Comparator comparator,
              Operand.At(Path path)) ->
          parts.add(part(path, new Sort.Is(comparator.mirrored(), value)));
      case Condition.Between(
              Operand.At(Path path),
              Operand.Literal(AttributeValue low),
              Operand.Literal(AttributeValue high)) ->
          parts.add(part(path, new Sort.IsBetween(low, high)));
      case Condition.BeginsWith(Operand.At(Path path), Operand.Literal(AttributeValue prefix)) ->
          parts.add(part(path, new Sort.Begins(prefix)));
      case Condition.Or _ -> throw unsupported("OR");
      case Condition.Not _ -> throw unsupported("NOT");
      case Condition.In _ -> throw unsupported("IN");
      case Condition.Contains _ -> throw unsupported("contains");
      case Condition.Exists _ -> throw unsupported("attribute_exists");
      case Condition.HasType _ -> throw unsupported("attribute_type");
      case Condition.Compared _, Condition.Between _, Condition.BeginsWith _ ->
          throw Refusals.invalid(
              "Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression");
    }
  }

  private static Part part(Path path, Sort holds) {
    if (!path.isAttribute()) {
      throw Refusals.invalid(
          "Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on"
              + " nested attributes");
    }
    return new Part(path.attribute(), holds);
  }

  private static DynamoDbException unsupported(String operator) {
    return Refusals.invalid(
        "Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: "
            + operator);
  }
}
