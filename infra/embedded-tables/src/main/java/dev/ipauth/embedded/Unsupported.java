package dev.ipauth.embedded;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What DynamoDB has and the embedded tables don't: said by its name, never left out silently. */
final class Unsupported {
  private Unsupported() {}

  /**
   * Refuses a parameter that is asked for.
   *
   * @param value what the request has for it; null, {@code NONE} and nothing count as not asked for
   */
  static void refuse(String operation, String parameter, @Nullable Object value) {
    if (isAskedFor(value)) {
      throw new UnsupportedOperationException(operation + " with " + parameter);
    }
  }

  private static boolean isAskedFor(@Nullable Object value) {
    return switch (value) {
      case null -> false;
      case Collection<?> list -> !list.isEmpty();
      case Map<?, ?> map -> !map.isEmpty();
      default -> !value.toString().equals("NONE");
    };
  }
}
