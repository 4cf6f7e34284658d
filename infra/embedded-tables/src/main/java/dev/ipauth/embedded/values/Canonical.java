package dev.ipauth.embedded.values;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/**
 * The one form that a value is kept and compared in: numbers without superfluous zeros, sets in
 * order. Two canonical values are the same exactly when they are equal.
 */
public final class Canonical {
  private static final int DEEPEST = 32;
  private static final String INVALID = "One or more parameter values were invalid: ";

  private Canonical() {}

  /**
   * A row that is to be written.
   *
   * @throws DynamoDbException when one of its values can't be
   */
  public static Map<String, AttributeValue> row(Map<String, AttributeValue> row) {
    Map<String, AttributeValue> canonical = new LinkedHashMap<>();
    row.forEach((name, value) -> canonical.put(name, value(value)));
    return canonical;
  }

  /**
   * A value that somebody sent.
   *
   * @throws DynamoDbException when DynamoDB can't keep it
   */
  public static AttributeValue value(AttributeValue value) {
    return value(value, 1);
  }

  private static AttributeValue value(AttributeValue value, int depth) {
    if (depth > DEEPEST) {
      throw Refusals.invalid(
          "Nesting Levels have exceeded supported limits: Attributes in the item have nested"
              + " levels beyond supported limit");
    }
    return switch (value.type()) {
      case S, B, BOOL -> value;
      case N -> number(value);
      case NUL -> nothing(value);
      case SS -> strings(value);
      case NS -> numbers(value);
      case BS -> binaries(value);
      case L -> AttributeValue.fromL(value.l().stream().map(v -> value(v, depth + 1)).toList());
      case M -> map(value, depth);
      case UNKNOWN_TO_SDK_VERSION ->
          throw Refusals.invalid(
              "Supplied AttributeValue is empty, must contain exactly one of the supported"
                  + " datatypes");
    };
  }

  private static AttributeValue map(AttributeValue value, int depth) {
    Map<String, AttributeValue> canonical = new LinkedHashMap<>();
    value.m().forEach((name, member) -> canonical.put(name, value(member, depth + 1)));
    return AttributeValue.fromM(canonical);
  }

  private static AttributeValue number(AttributeValue value) {
    String canonical = Numbers.format(Numbers.parse(value.n()));
    return canonical.equals(value.n()) ? value : AttributeValue.fromN(canonical);
  }

  private static AttributeValue nothing(AttributeValue value) {
    if (!value.nul()) {
      throw Refusals.invalid(INVALID + "Null attribute value types must have the value of true");
    }
    return value;
  }

  private static AttributeValue strings(AttributeValue value) {
    refuseEmpty(value.ss(), "An string set  may not be empty");
    refuseDoubles(value.ss());
    return AttributeValue.fromSs(List.copyOf(new TreeSet<>(value.ss())));
  }

  private static AttributeValue numbers(AttributeValue value) {
    refuseEmpty(value.ns(), "An number set  may not be empty");
    List<String> canonical = new ArrayList<>();
    for (String number : value.ns()) {
      canonical.add(Numbers.format(Numbers.parse(number)));
    }
    refuseDoubles(canonical);
    canonical.sort((left, right) -> Numbers.read(left).compareTo(Numbers.read(right)));
    return AttributeValue.fromNs(canonical);
  }

  private static AttributeValue binaries(AttributeValue value) {
    refuseEmpty(value.bs(), "Binary sets should not be empty");
    refuseDoubles(value.bs());
    return AttributeValue.fromBs(
        value.bs().stream().sorted((left, right) -> compare(left, right)).toList());
  }

  /** Of two sets of one type. */
  public static AttributeValue union(AttributeValue one, AttributeValue other) {
    return switch (one.type()) {
      case SS -> strings(AttributeValue.fromSs(union(one.ss(), other.ss())));
      case NS -> numbers(AttributeValue.fromNs(union(one.ns(), other.ns())));
      case BS -> binaries(AttributeValue.fromBs(union(one.bs(), other.bs())));
      case S, N, B, L, M, BOOL, NUL, UNKNOWN_TO_SDK_VERSION -> throw notASet(one);
    };
  }

  private static <T> List<T> union(List<T> one, List<T> other) {
    Set<T> all = new LinkedHashSet<>(one);
    all.addAll(other);
    return List.copyOf(all);
  }

  /** What of the first set isn't in the second, of the same type; null when nothing is left. */
  public static @Nullable AttributeValue difference(AttributeValue one, AttributeValue other) {
    return switch (one.type()) {
      case SS -> nonEmpty(difference(one.ss(), other.ss()), AttributeValue::fromSs);
      case NS -> nonEmpty(difference(one.ns(), other.ns()), AttributeValue::fromNs);
      case BS -> nonEmpty(difference(one.bs(), other.bs()), AttributeValue::fromBs);
      case S, N, B, L, M, BOOL, NUL, UNKNOWN_TO_SDK_VERSION -> throw notASet(one);
    };
  }

  private static <T> List<T> difference(List<T> one, List<T> other) {
    return one.stream().filter(element -> !other.contains(element)).toList();
  }

  private static <T> @Nullable AttributeValue nonEmpty(
      List<T> set, Function<List<T>, AttributeValue> value) {
    return set.isEmpty() ? null : value.apply(set);
  }

  private static IllegalArgumentException notASet(AttributeValue value) {
    return new IllegalArgumentException("Not a set: " + value);
  }

  static int compare(SdkBytes left, SdkBytes right) {
    return Arrays.compareUnsigned(left.asByteArrayUnsafe(), right.asByteArrayUnsafe());
  }

  private static void refuseEmpty(List<?> set, String why) {
    if (set.isEmpty()) {
      throw Refusals.invalid(INVALID + why);
    }
  }

  private static void refuseDoubles(List<?> set) {
    if (new HashSet<>(set).size() < set.size()) {
      throw Refusals.invalid(INVALID + "Input collection " + set + " contains duplicates.");
    }
  }
}
