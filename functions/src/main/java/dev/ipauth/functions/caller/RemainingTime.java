package dev.ipauth.functions.caller;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import io.micronaut.http.HttpRequest;
import io.micronaut.servlet.http.ServletHttpRequest;
import java.time.Duration;
import java.util.Map;

/**
 * How long Lambda lets this invocation go on. It travels with the event, among the stage variables:
 * these are the gateway's and not the caller's, and this API has none.
 */
public final class RemainingTime {
  private static final String NAME = "remainingMillis";

  /** Longer than any invocation: where nobody ends the process. */
  private static final Duration FOREVER = Duration.ofDays(1);

  private RemainingTime() {}

  /** Sends it along. */
  public static void tell(APIGatewayV2HTTPEvent event, int millis) {
    event.setStageVariables(Map.of(NAME, Integer.toString(millis)));
  }

  static Duration of(HttpRequest<?> request) {
    return request instanceof ServletHttpRequest<?, ?> servlet
            && servlet.getNativeRequest() instanceof APIGatewayV2HTTPEvent event
        ? of(event)
        : FOREVER;
  }

  static Duration of(APIGatewayV2HTTPEvent event) {
    Map<String, String> sent = event.getStageVariables();
    String millis = sent == null ? null : sent.get(NAME);
    return millis == null ? FOREVER : Duration.ofMillis(Long.parseLong(millis));
  }
}
