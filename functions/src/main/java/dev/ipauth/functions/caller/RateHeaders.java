package dev.ipauth.functions.caller;

import dev.ipauth.functions.caller.Tally.Standing;
import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;

/**
 * Tells a client what is left of its rate, so that it can slow down before it is refused
 * (draft-ietf-httpapi-ratelimit-headers). Around {@link CallerFilter}, whose refusals have them,
 * too.
 */
@ServerFilter("/v1/**")
@Order(Ordered.HIGHEST_PRECEDENCE)
final class RateHeaders {
  private final Rates rates;

  RateHeaders(Rates rates) {
    this.rates = rates;
  }

  @ResponseFilter
  void tell(HttpRequest<?> request, MutableHttpResponse<?> answer) {
    request
        .getAttribute(CallerFilter.STANDING, Standing.class)
        .ifPresent(standing -> tell(standing, answer));
  }

  private void tell(Standing standing, MutableHttpResponse<?> answer) {
    answer.header("RateLimit-Policy", "\"account\";q=%s;w=60".formatted(standing.limit()));
    answer.header(
        "RateLimit",
        "\"account\";r=%s;t=%s".formatted(standing.remaining(), rates.secondsUntilNext()));
  }
}
