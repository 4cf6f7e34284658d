package dev.ipauth.functions;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent.RequestContext;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import io.micronaut.function.aws.proxy.MockLambdaContext;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Requests as API Gateway hands them over, from any address in the world. */
final class Gateway {
  /** An answer; its headers' names are in lower case. */
  record Answer(int status, Map<String, String> headers, String body) {
    String header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "none");
    }
  }

  /** An invocation that Lambda has just begun: there is time to try again. */
  private static final class InTime extends MockLambdaContext {
    @Override
    public int getRemainingTimeInMillis() {
      return 29_000;
    }
  }

  private final Platform platform;
  private final LambdaHandler handler;

  Gateway(Platform platform) {
    this.platform = platform;
    handler = new LambdaHandler(platform.context());
  }

  /** By an account, with JSON. */
  Answer sendAs(String accountId, String from, String method, String path, String body) {
    return send(
        from,
        method,
        path,
        body,
        "Authorization: Bearer " + platform.token(accountId),
        "Content-Type: application/json");
  }

  private static String text(APIGatewayV2HTTPResponse answer) {
    String body = answer.getBody() == null ? "" : answer.getBody();
    return answer.getIsBase64Encoded() ? new String(Base64.getDecoder().decode(body), UTF_8) : body;
  }

  /** By anybody. */
  Answer send(String from, String method, String path, String body, String... headers) {
    Map<String, String> sent = new LinkedHashMap<>(Map.of("host", "api.example.com"));
    for (String header : headers) {
      String[] parts = header.split(": ", 2);
      sent.put(parts[0].toLowerCase(Locale.ROOT), parts[1]);
    }
    APIGatewayV2HTTPEvent event = new APIGatewayV2HTTPEvent();
    event.setHeaders(sent);
    event.setRawPath(path);
    event.setRawQueryString("");
    event.setRequestContext(
        RequestContext.builder()
            .withHttp(
                RequestContext.Http.builder()
                    .withMethod(method)
                    .withPath(path)
                    .withSourceIp(from)
                    .build())
            .build());
    // As API Gateway does with a form; see GatewayEvent.
    boolean form = sent.getOrDefault("content-type", "").contains("form");
    event.setIsBase64Encoded(form);
    event.setBody(form ? Base64.getEncoder().encodeToString(body.getBytes(UTF_8)) : body);
    APIGatewayV2HTTPResponse answer = handler.handleRequest(event, new InTime());
    Map<String, String> told = new TreeMap<>();
    answer.getHeaders().forEach((name, value) -> told.put(name.toLowerCase(Locale.ROOT), value));
    return new Answer(answer.getStatusCode(), told, text(answer));
  }
}
