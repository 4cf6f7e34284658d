package dev.ipauth.functions.caller;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import dev.ipauth.tables.IpAddress;
import io.micronaut.http.HttpRequest;
import io.micronaut.servlet.http.ServletHttpRequest;

/**
 * Where a request came from: as API Gateway tells it, or else the socket. No header is believed.
 */
final class ClientAddress {
  private ClientAddress() {}

  static IpAddress of(HttpRequest<?> request) {
    return request instanceof ServletHttpRequest<?, ?> servlet
            && servlet.getNativeRequest() instanceof APIGatewayV2HTTPEvent event
        ? IpAddress.parse(event.getRequestContext().getHttp().getSourceIp())
        : IpAddress.of(request.getRemoteAddress().getAddress());
  }
}
