package dev.ipauth.embedded.expression;

import dev.ipauth.embedded.expression.Operand.Difference;
import dev.ipauth.embedded.expression.Operand.IfNotExists;
import dev.ipauth.embedded.expression.Operand.ListAppend;
import dev.ipauth.embedded.expression.Operand.Sum;
import dev.ipauth.embedded.values.Canonical;
import dev.ipauth.embedded.values.Numbers;
import dev.ipauth.embedded.values.Refusals;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/** What an update does to a row. Every value in it is of the row as it was before. */
public final class Update {
  sealed interface Action {
    Path path();

    record Assign(Path path, Operand value) implements Action {}

    record Remove(Path path) implements Action {}

    /** Adds to a number, or members to a set. */
    record Add(Path path, AttributeValue value) implements Action {}

    /** Takes out of a set. */
    record Delete(Path path, AttributeValue value) implements Action {}
  }

  private final List<Action> actions;

  Update(List<Action> actions) {
    this.actions = List.copyOf(actions);
  }

  /** The names of the attributes that it changes, whole or within. */
  public Set<String> attributes() {
    return actions.stream().map(action -> action.path().attribute()).collect(Collectors.toSet());
  }

  /** Of a row before or after it, the attributes that it changes, whole, if only within. */
  public Map<String, AttributeValue> changed(Map<String, AttributeValue> row) {
    return actions.stream()
        .filter(action -> action.path().in(row) != null)
        .map(action -> action.path().attribute())
        .distinct()
        .collect(Collectors.toMap(name -> name, row::get));
  }

  /**
   * The row that it makes of this one.
   *
   * @throws DynamoDbException when the row isn't as the update supposes
   */
  public Map<String, AttributeValue> applyTo(Map<String, AttributeValue> row) {
    ChangeTree changes = new ChangeTree();
    for (Action action : actions) {
      changes.add(action.path(), change(action, row));
    }
    return changes.applyTo(row);
  }

  private static ChangeTree.Change change(Action action, Map<String, AttributeValue> row) {
    return switch (action) {
      case Action.Assign(Path _, Operand value) -> new ChangeTree.Change.Put(value(value, row));
      case Action.Remove _ -> new ChangeTree.Change.Remove();
      case Action.Add(Path path, AttributeValue value) ->
          new ChangeTree.Change.Put(added(path.in(row), value));
      case Action.Delete(Path path, AttributeValue value) -> without(path.in(row), value);
    };
  }

  private static AttributeValue value(Operand operand, Map<String, AttributeValue> row) {
    return switch (operand) {
      case IfNotExists(Path path, Operand otherwise) -> {
        AttributeValue there = path.in(row);
        yield there != null ? there : value(otherwise, row);
      }
      case ListAppend(Operand first, Operand second) -> {
        List<AttributeValue> list = new ArrayList<>(list(value(first, row)));
        list.addAll(list(value(second, row)));
        yield AttributeValue.fromL(list);
      }
      case Sum(Operand left, Operand right) ->
          number(Numbers.sum(number(value(left, row)), number(value(right, row))));
      case Difference(Operand left, Operand right) ->
          number(Numbers.difference(number(value(left, row)), number(value(right, row))));
      case Operand.At _, Operand.Literal _, Operand.Size _ -> existing(operand.in(row));
    };
  }

  private static AttributeValue existing(@Nullable AttributeValue value) {
    if (value == null) {
      throw Refusals.invalid(
          "The provided expression refers to an attribute that does not exist in the item");
    }
    return value;
  }

  private static List<AttributeValue> list(AttributeValue value) {
    if (!value.hasL()) {
      throw wrongType();
    }
    return value.l();
  }

  private static BigDecimal number(AttributeValue value) {
    if (value.type() != AttributeValue.Type.N) {
      throw wrongType();
    }
    return Numbers.read(value.n());
  }

  private static AttributeValue number(BigDecimal number) {
    return AttributeValue.fromN(Numbers.format(number));
  }

  private static AttributeValue added(@Nullable AttributeValue old, AttributeValue value) {
    if (old == null) {
      return value;
    }
    if (old.type() != value.type()) {
      throw wrongType();
    }
    return value.type() == AttributeValue.Type.N
        ? number(Numbers.sum(number(old), number(value)))
        : Canonical.union(old, value);
  }

  private static ChangeTree.Change without(@Nullable AttributeValue old, AttributeValue value) {
    if (old == null) {
      return new ChangeTree.Change.Remove();
    }
    if (old.type() != value.type()) {
      throw wrongType();
    }
    AttributeValue left = Canonical.difference(old, value);
    return left == null ? new ChangeTree.Change.Remove() : new ChangeTree.Change.Put(left);
  }

  private static DynamoDbException wrongType() {
    return Refusals.invalid("An operand in the update expression has an incorrect data type");
  }
}
