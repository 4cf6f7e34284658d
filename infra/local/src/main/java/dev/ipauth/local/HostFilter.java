package dev.ipauth.local;

import dev.ipauth.functions.problem.ProblemType;
import dev.ipauth.functions.problem.Refusal;
import dev.ipauth.local.http.Hosts;
import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.server.annotation.PreMatching;

/**
 * Refuses requests for other hosts. A stranger's page can make its own name lead to this machine
 * (DNS rebinding), and would then be of the same origin as the API, which lets a browser on it in.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
@Order(Ordered.HIGHEST_PRECEDENCE)
final class HostFilter {
  private final Hosts hosts;

  HostFilter(Hosts hosts) {
    this.hosts = hosts;
  }

  @PreMatching
  @RequestFilter
  void check(HttpRequest<?> request) {
    if (!request.getHeaders().getAll(HttpHeaders.HOST).stream().allMatch(hosts::include)) {
      throw new Refusal(ProblemType.MISDIRECTED_REQUEST, ProblemType.MISDIRECTED_REQUEST.example());
    }
  }
}
