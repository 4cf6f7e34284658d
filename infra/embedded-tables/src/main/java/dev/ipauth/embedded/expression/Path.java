package dev.ipauth.embedded.expression;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A document path, such as {@code colours[2].name}. Its first element is the attribute's name. */
record Path(List<Element> elements) {
  sealed interface Element {
    record Name(String name) implements Element {
      @Override
      public String toString() {
        return name;
      }
    }

    record Index(int index) implements Element {
      @Override
      public String toString() {
        return "[" + index + "]";
      }
    }
  }

  String attribute() {
    return elements.getFirst().toString();
  }

  boolean isAttribute() {
    return elements.size() == 1;
  }

  Path parent() {
    return new Path(elements.subList(0, elements.size() - 1));
  }

  /** What stands there; null when nothing does. */
  @Nullable AttributeValue in(Map<String, AttributeValue> row) {
    AttributeValue value = row.get(attribute());
    for (Element element : elements.subList(1, elements.size())) {
      if (value == null) {
        return null;
      }
      value = step(value, element);
    }
    return value;
  }

  private static @Nullable AttributeValue step(AttributeValue value, Element element) {
    return switch (element) {
      case Element.Name(String name) -> value.hasM() ? value.m().get(name) : null;
      case Element.Index(int index) ->
          value.hasL() && index < value.l().size() ? value.l().get(index) : null;
    };
  }

  /** Whether one is the other, or stands within it. */
  boolean overlaps(Path other) {
    int shorter = Math.min(elements.size(), other.elements.size());
    return elements.subList(0, shorter).equals(other.elements.subList(0, shorter));
  }

  /** Whether one takes the same place for a map and the other for a list. */
  boolean conflicts(Path other) {
    int shorter = Math.min(elements.size(), other.elements.size());
    for (int i = 0; i < shorter; i++) {
      if (!elements.get(i).equals(other.elements.get(i))) {
        return elements.get(i).getClass() != other.elements.get(i).getClass();
      }
    }
    return false;
  }

  /** As DynamoDB's messages name it. */
  @Override
  public String toString() {
    return elements.stream().map(Element::toString).collect(Collectors.joining(", ", "[", "]"));
  }
}
