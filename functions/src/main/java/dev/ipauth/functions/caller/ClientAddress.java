package dev.ipauth.functions.caller;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import dev.ipauth.tables.IpAddress;
import io.micronaut.http.HttpRequest;
import io.micronaut.servlet.http.ServletHttpRequest;

/** Where a request came from. A bean of this type takes the place of {@link #ofConnection}. */
public interface ClientAddress {
  /**
   * In canonical form.
   *
   * @throws dev.ipauth.functions.problem.Refusal when the request tells it in a way that can't be
   */
  IpAddress of(HttpRequest<?> request);

  /** As API Gateway tells it, or else the socket. No header is believed. */
  static ClientAddress ofConnection() {
    return request ->
        request instanceof ServletHttpRequest<?, ?> servlet
                && servlet.getNativeRequest() instanceof APIGatewayV2HTTPEvent event
            ? IpAddress.parse(event.getRequestContext().getHttp().getSourceIp())
            : IpAddress.of(request.getRemoteAddress().getAddress());
  }
}
