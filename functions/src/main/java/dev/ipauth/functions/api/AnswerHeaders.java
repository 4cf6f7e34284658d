package dev.ipauth.functions.api;

import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.web.router.RouteAttributes;

/** The headers that every answer has. */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
@Order(Ordered.HIGHEST_PRECEDENCE)
final class AnswerHeaders {
  @ResponseFilter
  void add(HttpRequest<?> request, MutableHttpResponse<?> answer) {
    if (request.getPath().startsWith("/v1/")) {
      // A password is shown once, also by the caches on the way.
      answer.header(HttpHeaders.CACHE_CONTROL, "no-store");
    }
    // Of HEAD, the framework has dropped the body by now.
    boolean described = answer.body() != null || request.getMethod() == HttpMethod.HEAD;
    if (described && answer.getContentType().isEmpty()) {
      // Left to itself, the framework says what Accept says, with all of its parameters.
      answer.contentType(produced(request));
    }
  }

  private static MediaType produced(HttpRequest<?> request) {
    return RouteAttributes.getRouteMatch(request)
        .flatMap(route -> route.getRouteInfo().getProduces().stream().findFirst())
        .filter(type -> !type.equals(MediaType.ALL_TYPE))
        .orElse(MediaType.APPLICATION_JSON_TYPE);
  }
}
