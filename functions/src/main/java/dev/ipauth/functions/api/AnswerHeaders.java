package dev.ipauth.functions.api;

import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;

/** What every answer of the API says of itself. */
@ServerFilter("/v1/**")
@Order(Ordered.HIGHEST_PRECEDENCE)
final class AnswerHeaders {
  @ResponseFilter
  void add(MutableHttpResponse<?> answer) {
    // A password is shown once, also by the caches on the way.
    answer.header(HttpHeaders.CACHE_CONTROL, "no-store");
  }
}
