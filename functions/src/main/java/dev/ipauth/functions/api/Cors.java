package dev.ipauth.functions.api;

import dev.ipauth.functions.caller.CallerSettings;
import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpHeaders;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.server.annotation.PreMatching;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets pages of the operator's origins call the API (CORS, in the Fetch standard). For all others
 * there is not one header, so their browsers keep the answers from them.
 */
@ServerFilter("/v1/**")
@Order(Ordered.HIGHEST_PRECEDENCE)
final class Cors {
  private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
  private static final String REQUEST_HEADERS =
      "Authorization, Content-Type, If-Match, Idempotency-Key";
  private static final String EXPOSED = "ETag, Location, Retry-After, Idempotent-Replayed";
  // Browsers keep a preflight's answer for two hours at most.
  private static final String MAX_AGE = "7200";

  private final Set<String> origins;

  Cors(CallerSettings settings) {
    origins = Set.copyOf(settings.apiOrigins());
  }

  /** Answers a preflight, which has no token and needs none. */
  @PreMatching
  @RequestFilter
  @Nullable HttpResponse<?> preflight(HttpRequest<?> request) {
    boolean preflight =
        request.getMethod() == HttpMethod.OPTIONS
            && request.getHeaders().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
    if (!preflight || !isAllowed(request)) {
      return null;
    }
    MutableHttpResponse<?> answer =
        HttpResponse.noContent()
            .header(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS)
            .header(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS)
            .header(HttpHeaders.ACCESS_CONTROL_MAX_AGE, MAX_AGE);
    allow(request, answer);
    return answer;
  }

  @ResponseFilter
  void allow(HttpRequest<?> request, MutableHttpResponse<?> answer) {
    MutableHttpHeaders headers = answer.getHeaders();
    if (!origins.isEmpty()) {
      headers.set(HttpHeaders.VARY, HttpHeaders.ORIGIN);
    }
    if (isAllowed(request)) {
      headers.set(
          HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, request.getHeaders().get(HttpHeaders.ORIGIN));
      headers.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
  }

  private boolean isAllowed(HttpRequest<?> request) {
    @Nullable String origin = request.getHeaders().get(HttpHeaders.ORIGIN);
    return origin != null && origins.contains(origin);
  }
}
