package dev.ipauth.embedded;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Chance, by a seed: values, paths and expressions, most of them right and some of them wrong. */
final class Dice {
  private static final List<String> NUMBERS =
      List.of(
          "0",
          "1",
          "-1",
          "2",
          "10",
          "1.0",
          "0.5",
          "-0.50",
          "100",
          "1E2",
          "99999999999999999999",
          "12345678901234567890123456789012345678",
          "-1e-130",
          "9e125",
          "1e125",
          "007");
  private static final List<String> TEXTS =
      List.of("", "a", "ab", "abc", "b", "B", "é", "z", "\uD83D\uDE00", "\uFFFD", "a b", "10");
  private static final List<String> PLACES =
      List.of(
          "a", "b", "c", "m.x", "m.y", "m.x.z", "l[0]", "l[1]", "l[5]", "s", "n", "#d", "m.#x",
          "l[1].q", "pk", "sk");
  // Not the keys: DynamoDB refuses them before it looks at the condition, DynamoDB Local after it.
  private static final List<String> UPDATABLE = PLACES.subList(0, PLACES.size() - 2);
  private static final List<String> TYPES =
      List.of("S", "N", "B", "SS", "NS", "BS", "L", "M", "BOOL", "NULL", "X");

  private final SplittableRandom random;

  Dice(long seed) {
    random = new SplittableRandom(seed);
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  boolean oneIn(int bound) {
    return random.nextInt(bound) == 0;
  }

  <T> T oneOf(List<T> choices) {
    return choices.get(below(choices.size()));
  }

  String text() {
    return oneOf(TEXTS);
  }

  AttributeValue number() {
    return AttributeValue.fromN(oneOf(NUMBERS));
  }

  private SdkBytes bytes() {
    return SdkBytes.fromString(text(), StandardCharsets.UTF_8);
  }

  AttributeValue value() {
    return value(0);
  }

  private AttributeValue value(int depth) {
    return switch (below(depth > 2 ? 9 : 12)) {
      case 0, 1 -> AttributeValue.fromS(text());
      case 2, 3 -> number();
      case 4 -> AttributeValue.fromB(bytes());
      case 5 -> AttributeValue.fromBool(oneIn(2));
      case 6 -> AttributeValue.fromNul(true);
      case 7 -> AttributeValue.fromSs(List.copyOf(some(this::text)));
      case 8 ->
          oneIn(4)
              ? AttributeValue.fromBs(List.copyOf(some(this::bytes)))
              : AttributeValue.fromNs(List.copyOf(some(() -> oneOf(List.of("1", "2", "3", "10")))));
      case 9, 10 -> {
        List<AttributeValue> list = new ArrayList<>();
        for (int i = below(4); i > 0; i--) {
          list.add(value(depth + 1));
        }
        yield AttributeValue.fromL(list);
      }
      default -> {
        Map<String, AttributeValue> map = new LinkedHashMap<>();
        for (String name : List.of("x", "y", "q")) {
          if (oneIn(2)) {
            map.put(name, value(depth + 1));
          }
        }
        yield AttributeValue.fromM(map);
      }
    };
  }

  private <T> Set<T> some(java.util.function.Supplier<T> one) {
    Set<T> set = new LinkedHashSet<>();
    for (int i = 1 + below(3); i > 0; i--) {
      set.add(one.get());
    }
    return set;
  }

  private String target() {
    return oneOf(UPDATABLE);
  }

  String place() {
    return oneOf(PLACES);
  }

  /** An expression's text and what its placeholders stand for. */
  static final class Said {
    final Map<String, AttributeValue> values = new LinkedHashMap<>();
    private String text = "";

    String text() {
      return text;
    }

    Map<String, String> names() {
      Map<String, String> names = new LinkedHashMap<>();
      if (text.contains("#d")) {
        names.put("#d", "data");
      }
      if (text.contains("#x")) {
        names.put("#x", "x");
      }
      return names;
    }

    Said and(String more) {
      text = text.isEmpty() ? more : text + " " + more;
      return this;
    }

    String value(AttributeValue value) {
      String name = ":v" + values.size();
      values.put(name, value);
      return name;
    }
  }

  String condition(Said said, int depth) {
    if (depth > 0 && oneIn(2)) {
      return switch (below(4)) {
        case 0 -> condition(said, depth - 1) + " AND " + condition(said, depth - 1);
        case 1 -> condition(said, depth - 1) + " OR " + condition(said, depth - 1);
        case 2 -> "NOT " + condition(said, depth - 1);
        default -> "(" + condition(said, depth - 1) + ")";
      };
    }
    return switch (below(12)) {
      case 0, 1, 2, 3 ->
          operand(said) + oneOf(List.of(" = ", " <> ", " < ", " <= ", " > ", ">=")) + operand(said);
      case 4 -> operand(said) + " BETWEEN " + operand(said) + " AND " + operand(said);
      case 5 -> operand(said) + " IN (" + operand(said) + ", " + operand(said) + ")";
      case 6 -> "attribute_exists(" + place() + ")";
      case 7 -> "attribute_not_exists(" + place() + ")";
      case 8 ->
          "attribute_type(" + place() + ", " + said.value(AttributeValue.fromS(oneOf(TYPES))) + ")";
      case 9 -> "begins_with(" + operand(said) + ", " + operand(said) + ")";
      default -> "contains(" + operand(said) + ", " + operand(said) + ")";
    };
  }

  private String operand(Said said) {
    return switch (below(8)) {
      case 0, 1, 2 -> said.value(value());
      case 3 -> "size(" + place() + ")";
      default -> place();
    };
  }

  String update(Said said) {
    List<String> sections = new ArrayList<>();
    if (oneIn(2)) {
      sections.add("SET " + assignment(said) + (oneIn(2) ? ", " + assignment(said) : ""));
    }
    if (oneIn(3)) {
      sections.add("REMOVE " + target() + (oneIn(3) ? ", " + target() : ""));
    }
    if (oneIn(3)) {
      sections.add("ADD " + target() + " " + said.value(oneIn(3) ? value() : addend()));
    }
    if (oneIn(4) || sections.isEmpty()) {
      sections.add("DELETE " + target() + " " + said.value(oneIn(3) ? value() : addend()));
    }
    return String.join(" ", sections);
  }

  private AttributeValue addend() {
    return oneIn(2) ? number() : AttributeValue.fromSs(List.copyOf(some(this::text)));
  }

  private String assignment(Said said) {
    return target()
        + " = "
        + switch (below(7)) {
          case 0 -> place() + " + " + said.value(number());
          case 1 -> said.value(number()) + " - " + place();
          case 2 -> "if_not_exists(" + place() + ", " + said.value(value()) + ")";
          case 3 ->
              "list_append("
                  + place()
                  + ", "
                  + said.value(AttributeValue.fromL(List.of(value())))
                  + ")";
          case 4 -> place();
          default -> said.value(value());
        };
  }
}
