package dev.ipauth.embedded.expression;

import dev.ipauth.embedded.expression.Path.Element;
import dev.ipauth.embedded.values.Refusals;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/** The changes of an update by where they are in the row, so that all are made in one go. */
final class ChangeTree {
  /** What becomes of the value at a place. */
  sealed interface Change {
    record Put(AttributeValue value) implements Change {}

    record Remove() implements Change {}

    /** The value stays a map or a list, and something within it changes. */
    record Within(Map<Element, Change> changes) implements Change {}
  }

  private final Map<Element, Change> changes = new LinkedHashMap<>();

  /** The paths don't overlap: the parser sees to that. */
  void add(Path path, Change change) {
    Map<Element, Change> at = changes;
    for (Element element : path.parent().elements()) {
      Change within = at.computeIfAbsent(element, _ -> new Change.Within(new LinkedHashMap<>()));
      at = ((Change.Within) within).changes();
    }
    at.put(path.elements().getLast(), change);
  }

  Map<String, AttributeValue> applyTo(Map<String, AttributeValue> row) {
    return members(row, changes);
  }

  private static Map<String, AttributeValue> members(
      Map<String, AttributeValue> map, Map<Element, Change> changes) {
    Map<String, AttributeValue> changed = new LinkedHashMap<>(map);
    changes.forEach(
        (element, change) -> {
          if (!(element instanceof Element.Name(String name))) {
            throw invalidPath();
          }
          AttributeValue value = changed(map.get(name), change);
          if (value == null) {
            changed.remove(name);
          } else {
            changed.put(name, value);
          }
        });
    return changed;
  }

  private static @Nullable AttributeValue changed(@Nullable AttributeValue old, Change change) {
    return switch (change) {
      case Change.Put(AttributeValue value) -> value;
      case Change.Remove _ -> null;
      case Change.Within(Map<Element, Change> within) -> {
        if (old != null && old.hasM()) {
          yield AttributeValue.fromM(members(old.m(), within));
        }
        if (old != null && old.hasL()) {
          yield AttributeValue.fromL(entries(old.l(), within));
        }
        throw invalidPath();
      }
    };
  }

  /** Every index is one of the list as it was; what is put behind its end follows it. */
  private static List<AttributeValue> entries(
      List<AttributeValue> list, Map<Element, Change> changes) {
    TreeMap<Integer, Change> byIndex = new TreeMap<>();
    changes.forEach(
        (element, change) -> {
          if (!(element instanceof Element.Index(int index))) {
            throw invalidPath();
          }
          byIndex.put(index, change);
        });
    List<AttributeValue> changed = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      Change change = byIndex.remove(i);
      AttributeValue value = change == null ? list.get(i) : changed(list.get(i), change);
      if (value != null) {
        changed.add(value);
      }
    }
    for (Change change : byIndex.values()) {
      AttributeValue value = changed(null, change);
      if (value != null) {
        changed.add(value);
      }
    }
    return changed;
  }

  private static DynamoDbException invalidPath() {
    return Refusals.invalid(
        "The document path provided in the update expression is invalid for update");
  }
}
