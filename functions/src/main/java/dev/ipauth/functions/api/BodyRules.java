package dev.ipauth.functions.api;

import dev.ipauth.functions.problem.Refusal;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Refuses bodies in a form that nobody here reads, before anybody tries to. */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
final class BodyRules {
  private static final Set<HttpMethod> WITHOUT_BODY =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS, HttpMethod.DELETE);

  @RequestFilter
  void check(HttpRequest<?> request) {
    if (WITHOUT_BODY.contains(request.getMethod())) {
      return;
    }
    @Nullable String encoding = request.getHeaders().get(HttpHeaders.CONTENT_ENCODING);
    if (encoding != null && !encoding.strip().equalsIgnoreCase("identity")) {
      // RFC 9110 section 15.5.16
      throw Refusal.unsupportedMediaType(
              request.getMethod(),
              "The body is compressed, or encoded otherwise. Send it without Content-Encoding.")
          .with(HttpHeaders.ACCEPT_ENCODING, "identity");
    }
    // To the framework, a type that it can't read is none, and none may be JSON.
    if (request.getHeaders().contains(HttpHeaders.CONTENT_TYPE)
        && request.getContentType().isEmpty()) {
      throw Refusal.unsupportedMediaType(
          request.getMethod(),
          "The Content-Type can't be read. Send the body as application/json.");
    }
  }
}
