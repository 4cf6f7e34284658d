package dev.ipauth.local;

import dev.ipauth.functions.problem.ProblemType;
import dev.ipauth.functions.problem.Refusal;
import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.server.annotation.PreMatching;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests for other hosts than this machine. A stranger's page can make its own name lead
 * here (DNS rebinding), and would then be of the same origin as {@code /local/token}.
 */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
@Order(Ordered.HIGHEST_PRECEDENCE)
final class HostFilter {
  private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

  @PreMatching
  @RequestFilter
  void check(HttpRequest<?> request) {
    @Nullable String host = request.getHeaders().get(HttpHeaders.HOST);
    if (host != null && !isThisMachine(host)) {
      throw new Refusal(ProblemType.MISDIRECTED_REQUEST, ProblemType.MISDIRECTED_REQUEST.example());
    }
  }

  static boolean isThisMachine(String host) {
    String name = host.strip().toLowerCase(Locale.ROOT).replaceFirst(":[0-9]*$", "");
    return THIS_MACHINE.contains(name);
  }
}
