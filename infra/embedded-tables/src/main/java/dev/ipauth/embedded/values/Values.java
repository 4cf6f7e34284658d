package dev.ipauth.embedded.values;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** How {@link Canonical} values compare. */
public final class Values {
  private static final Map<String, AttributeValue.Type> TYPES = new HashMap<>();
  private static final Set<AttributeValue.Type> ORDERED =
      EnumSet.of(AttributeValue.Type.S, AttributeValue.Type.N, AttributeValue.Type.B);

  static {
    for (AttributeValue.Type type : AttributeValue.Type.values()) {
      if (type != AttributeValue.Type.UNKNOWN_TO_SDK_VERSION) {
        TYPES.put(name(type), type);
      }
    }
  }

  private Values() {}

  /** The type that DynamoDB calls so; null when there is none. */
  public static AttributeValue.@Nullable Type type(String name) {
    return TYPES.get(name);
  }

  /** What DynamoDB calls the value's type. */
  public static String typeName(AttributeValue value) {
    return name(value.type());
  }

  /** What DynamoDB calls the type. */
  public static String name(AttributeValue.Type type) {
    return type == AttributeValue.Type.NUL ? "NULL" : type.name();
  }

  public static boolean areEqual(AttributeValue left, AttributeValue right) {
    return left.equals(right);
  }

  /** Whether values of this type have an order. */
  public static boolean isOrdered(AttributeValue value) {
    return ORDERED.contains(value.type());
  }

  /** Whether one is before, at or behind the other. */
  public static boolean areOrdered(@Nullable AttributeValue left, @Nullable AttributeValue right) {
    return left != null && right != null && left.type() == right.type() && isOrdered(left);
  }

  /** The order of two values that have one. */
  public static int compare(@Nullable AttributeValue left, @Nullable AttributeValue right) {
    if (left == null || right == null || !areOrdered(left, right)) {
      throw new IllegalArgumentException("No order between " + left + " and " + right);
    }
    return switch (left.type()) {
      case S -> Arrays.compareUnsigned(left.s().getBytes(UTF_8), right.s().getBytes(UTF_8));
      case N -> Numbers.read(left.n()).compareTo(Numbers.read(right.n()));
      case B -> Canonical.compare(left.b(), right.b());
      case SS, NS, BS, M, L, BOOL, NUL, UNKNOWN_TO_SDK_VERSION ->
          throw new IllegalArgumentException("Not ordered: " + left);
    };
  }

  public static boolean beginsWith(
      @Nullable AttributeValue value, @Nullable AttributeValue prefix) {
    if (value == null || prefix == null || value.type() != prefix.type()) {
      return false;
    }
    return switch (value.type()) {
      case S -> value.s().startsWith(prefix.s());
      case B -> indexOf(value.b(), prefix.b(), 0) == 0;
      case N, SS, NS, BS, M, L, BOOL, NUL, UNKNOWN_TO_SDK_VERSION -> false;
    };
  }

  /** Whether a set or a list has the part, or a text or bytes have it within. */
  public static boolean contains(@Nullable AttributeValue value, @Nullable AttributeValue part) {
    if (value == null || part == null) {
      return false;
    }
    return switch (value.type()) {
      case S -> part.type() == AttributeValue.Type.S && value.s().contains(part.s());
      case B -> part.type() == AttributeValue.Type.B && isWithin(value.b(), part.b());
      case SS -> part.type() == AttributeValue.Type.S && value.ss().contains(part.s());
      case NS -> part.type() == AttributeValue.Type.N && value.ns().contains(part.n());
      case BS -> part.type() == AttributeValue.Type.B && value.bs().contains(part.b());
      case L -> value.l().contains(part);
      case N, M, BOOL, NUL, UNKNOWN_TO_SDK_VERSION -> false;
    };
  }

  private static boolean isWithin(SdkBytes whole, SdkBytes part) {
    int last = whole.asByteArrayUnsafe().length - part.asByteArrayUnsafe().length;
    for (int from = 0; from <= last; from++) {
      if (indexOf(whole, part, from) == from) {
        return true;
      }
    }
    return false;
  }

  private static int indexOf(SdkBytes whole, SdkBytes part, int from) {
    byte[] in = whole.asByteArrayUnsafe();
    byte[] bytes = part.asByteArrayUnsafe();
    int to = from + bytes.length;
    return to <= in.length && Arrays.equals(in, from, to, bytes, 0, bytes.length) ? from : -1;
  }
}
