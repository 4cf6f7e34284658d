package dev.ipauth.functions.api;

import static java.lang.annotation.RetentionPolicy.RUNTIME;

import dev.ipauth.functions.api.Cursors.Listed;
import dev.ipauth.functions.caller.Caller;
import dev.ipauth.functions.messages.MessageLog;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import jakarta.inject.Singleton;
import java.lang.annotation.Retention;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Lists, a page at a time. */
@Singleton
final class Pages {
  static final String NEXT_CURSOR = "Asks for what follows; null at the end";

  /** Describes the parameters that every list has. */
  @Retention(RUNTIME)
  @Parameter(name = "limit", in = ParameterIn.QUERY, ref = "#/components/parameters/Limit")
  @Parameter(name = "cursor", in = ParameterIn.QUERY, ref = "#/components/parameters/Cursor")
  @interface Described {}

  /** Reads rows of an account. */
  @FunctionalInterface
  interface Source<R> {
    /**
     * @param after the position that the page begins behind; null for the first page
     * @param limit how many at most
     */
    List<R> read(String accountId, @Nullable String after, int limit);
  }

  /** Reads what may be less than a page, though more follows. */
  @FunctionalInterface
  interface ShortPage {
    /**
     * @param after the position that it begins behind; null for the first page
     */
    MessageLog.Found read(String accountId, @Nullable String after, int limit);
  }

  /** Makes the answer. */
  @FunctionalInterface
  interface Answer<R, P> {
    /**
     * @param nextCursor asks for what follows; null at the end
     */
    P of(List<R> rows, @Nullable String nextCursor);
  }

  private final Cursors cursors;

  Pages(Cursors cursors) {
    this.cursors = cursors;
  }

  /**
   * The page that is asked for.
   *
   * @param list tells one list from another, such as {@code audit scanner-2f}
   * @param query what else was to be asked of it has been
   * @param position of a row in the list
   * @throws dev.ipauth.functions.problem.Refusal when a parameter is wrong
   */
  <R, P> P page(
      Caller caller,
      String list,
      Query query,
      Source<R> source,
      Function<R, String> position,
      Answer<R, P> answer) {
    int limit = query.limit();
    String cursor = query.text("cursor");
    query.end();
    Listed listed = new Listed(caller.accountId(), list + query.list());
    // One more tells whether the list goes on.
    List<R> found = source.read(caller.accountId(), cursors.position(listed, cursor), limit + 1);
    List<R> shown = found.subList(0, Math.min(limit, found.size()));
    return answer.of(
        shown,
        found.size() > limit ? cursors.cursor(listed, position.apply(shown.getLast())) : null);
  }

  /** The page of messages that is asked for, likewise. */
  <P> P shortPage(
      Caller caller,
      String list,
      Query query,
      ShortPage source,
      BiFunction<MessageLog.Found, @Nullable String, P> answer) {
    int limit = query.limit();
    String cursor = query.text("cursor");
    query.end();
    Listed listed = new Listed(caller.accountId(), list + query.list());
    MessageLog.Found found =
        source.read(caller.accountId(), cursors.position(listed, cursor), limit);
    String next = found.next();
    return answer.apply(found, next == null ? null : cursors.cursor(listed, next));
  }
}
