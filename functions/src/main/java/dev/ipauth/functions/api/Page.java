package dev.ipauth.functions.api;

import io.micronaut.serde.annotation.Serdeable;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Part of a list.
 *
 * @param nextCursor asks for what follows; null at the end
 */
@Serdeable
public record Page<T>(List<T> items, @Nullable String nextCursor) {
  /**
   * @param found one more than {@code limit} when the list goes on
   */
  static <R, T> Page<T> of(
      List<R> found, int limit, Function<R, String> cursor, Function<R, T> item) {
    List<R> shown = found.subList(0, Math.min(limit, found.size()));
    return new Page<>(
        shown.stream().map(item).toList(),
        found.size() > limit ? cursor.apply(shown.getLast()) : null);
  }
}
