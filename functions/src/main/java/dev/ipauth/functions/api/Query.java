package dev.ipauth.functions.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import dev.ipauth.functions.problem.ProblemType;
import dev.ipauth.functions.problem.Refusal;
import dev.ipauth.tables.Username;
import io.micronaut.http.HttpRequest;
import io.micronaut.servlet.http.ServletHttpRequest;
import java.net.URLDecoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The query's parameters, each asked for by name. {@link #end} refuses the request for those that
 * nobody asked for. Read from the query as it was sent: behind API Gateway, the framework would cut
 * values at their commas.
 */
final class Query {
  private static final int HIGHEST_LIMIT = 100;
  private static final int DEFAULT_LIMIT = 25;

  private final Map<String, String> values;
  private final Set<String> asked = new TreeSet<>();

  private Query(Map<String, String> values) {
    this.values = values;
  }

  /**
   * @throws Refusal when a parameter is said twice, or can't be decoded
   */
  static Query of(HttpRequest<?> request) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String pair : raw(request).split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
        String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
        if (values.put(name, value) != null) {
          throw refused("The query says " + name + " more than once.");
        }
      }
    }
    return new Query(values);
  }

  private static String raw(HttpRequest<?> request) {
    @Nullable String query =
        request instanceof ServletHttpRequest<?, ?> servlet
                && servlet.getNativeRequest() instanceof APIGatewayV2HTTPEvent event
            ? event.getRawQueryString()
            : request.getUri().getRawQuery();
    return query == null ? "" : query;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, UTF_8);
    } catch (IllegalArgumentException _) {
      throw refused("The query has a % that isn't followed by two hexadecimal digits.");
    }
  }

  /** Null when it isn't there. */
  @Nullable String text(String name) {
    asked.add(name);
    return values.get(name);
  }

  /**
   * How many items a page has at most.
   *
   * @throws Refusal when it isn't a number from 1 to 100
   */
  int limit() {
    String limit = text("limit");
    if (limit == null) {
      return DEFAULT_LIMIT;
    }
    int value = limit.matches("[1-9][0-9]{0,2}") ? Integer.parseInt(limit) : 0;
    if (value < 1 || value > HIGHEST_LIMIT) {
      throw refused("limit is a number from 1 to " + HIGHEST_LIMIT + ".");
    }
    return value;
  }

  /**
   * To be called when everything has been asked for.
   *
   * @throws Refusal when there is more
   */
  void end() {
    for (String name : values.keySet()) {
      if (!asked.contains(name)) {
        throw refused(
            asked.isEmpty()
                ? "This request takes no query parameters; there is " + name + "."
                : "There is no query parameter %s here, only %s."
                    .formatted(name, String.join(", ", asked)));
      }
    }
  }

  /** What tells one list from another: all but which page of it, and how large. */
  String list() {
    Map<String, String> filters = new TreeMap<>(values);
    filters.keySet().removeAll(Set.of("limit", "cursor"));
    return filters.toString();
  }

  /**
   * An SMTP user's name in lower case; null when it isn't there.
   *
   * @throws Refusal when it isn't one
   */
  @Nullable String username(String name) {
    String text = text(name);
    if (text != null && !Username.isUsername(text)) {
      throw refused(name + " is an SMTP user's name, such as scanner-2f.");
    }
    return text == null ? null : Username.parse(text).text();
  }

  static Refusal refused(String detail) {
    return new Refusal(ProblemType.INVALID_PARAMETER, detail);
  }
}
