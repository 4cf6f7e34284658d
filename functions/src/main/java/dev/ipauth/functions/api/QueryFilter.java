package dev.ipauth.functions.api;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.web.router.MethodBasedRouteInfo;
import io.micronaut.web.router.RouteAttributes;
import io.micronaut.web.router.RouteMatch;
import java.util.Arrays;

/** Refuses query parameters where the handler has no {@link Query} to ask for them. */
@ServerFilter("/v1/**")
final class QueryFilter {
  @RequestFilter
  void refuse(HttpRequest<?> request) {
    RouteAttributes.getRouteMatch(request)
        .filter(route -> !takesQuery(route))
        .ifPresent(_ -> Query.of(request).end());
  }

  private static boolean takesQuery(RouteMatch<?> route) {
    return route.getRouteInfo() instanceof MethodBasedRouteInfo<?, ?> handler
        && Arrays.stream(handler.getTargetMethod().getArguments())
            .anyMatch(argument -> argument.getType().equals(Query.class));
  }
}
