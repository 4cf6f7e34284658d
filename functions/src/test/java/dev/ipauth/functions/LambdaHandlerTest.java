package dev.ipauth.functions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import io.micronaut.function.aws.proxy.MockLambdaContext;
import io.micronaut.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The way in on AWS, given an event as API Gateway sends it. */
class LambdaHandlerTest {
  private static final Path EVENT =
      Path.of("src/test/resources/dev/ipauth/functions/events/put-ip-authentication.json");
  private static final String USER = "/v1/smtp-users/a+b@example.com";

  private static Platform platform;
  private static LambdaHandler handler;

  @BeforeAll
  static void start() {
    platform = Platform.start();
    handler = new LambdaHandler(platform.context());
  }

  @AfterAll
  static void stop() {
    platform.close();
  }

  @Test
  void nominatesAnAddress() throws IOException, InterruptedException {
    platform.send("acme", "POST", "/v1/smtp-users", "{\"username\": \"a+b@example.com\"}");

    APIGatewayV2HTTPResponse answer = answer(event());

    assertEquals(200, answer.getStatusCode(), answer.getBody());
    assertTrue(answer.getBody().contains("\"ip\":\"198.51.100.7\""), answer.getBody());
    String audit = platform.send("acme", "GET", USER + "/audit", "").body();
    assertTrue(audit.contains("\"ip\":\"2001:db8::7\",\"what\":\"ip-authentication-set\""), audit);
  }

  @Test
  void tellsTheAddressThatTheGatewaySaw() throws IOException {
    APIGatewayV2HTTPResponse answer = answer(event("GET", "/v1/caller", ""));

    assertEquals("{\"accountId\":\"acme\",\"ip\":\"2001:db8::7\"}", answer.getBody());
    assertEquals("application/json", header(answer, "content-type"));
  }

  /** What a request may take depends on it. */
  @Test
  void sendsAlongHowLongLambdaLetsItGoOn() throws IOException {
    APIGatewayV2HTTPEvent event = event("GET", "/v1/caller", "");
    int remaining = new MockLambdaContext().getRemainingTimeInMillis();

    assertEquals(200, answer(event).getStatusCode());

    assertEquals(Map.of("remainingMillis", "" + remaining), event.getStageVariables());
  }

  @Test
  void servesThePage() throws IOException {
    APIGatewayV2HTTPResponse page = answer(event("GET", "/", ""));
    APIGatewayV2HTTPResponse module = answer(event("GET", "/dashboard/main.js", ""));

    assertEquals(200, page.getStatusCode(), page.getBody());
    assertTrue(decoded(page).startsWith("<!doctype html>"), page.getBody());
    assertTrue(decoded(module).contains("location.hash"), "the script, bundled or not");
    assertEquals("text/javascript;charset=utf-8", header(module, "content-type"));
  }

  @Test
  void sendsItZipped() throws IOException {
    APIGatewayV2HTTPEvent asked = event("GET", "/dashboard/main.js", "");
    asked.getHeaders().put("accept-encoding", "gzip, br");
    APIGatewayV2HTTPResponse module = answer(asked);

    assertEquals("gzip", header(module, "content-encoding"));
    assertTrue(module.getIsBase64Encoded(), "else API Gateway sends it as text, and broken");
    byte[] zipped = Base64.getDecoder().decode(module.getBody());
    try (var unzipped = new GZIPInputStream(new ByteArrayInputStream(zipped))) {
      assertTrue(new String(unzipped.readAllBytes(), UTF_8).contains("location.hash"));
    }
  }

  @Test
  void verifiedClaimsInTheEventAreNoToken() throws IOException {
    APIGatewayV2HTTPEvent event = event("GET", "/v1/caller", "");
    event.getHeaders().remove("authorization");

    assertProblem(401, "unauthorized", answer(event));
  }

  @Test
  void refusalsAreProblems() throws IOException {
    assertProblem(404, "not-found", answer(event("GET", "/v1/nothing", "")));
    assertProblem(405, "method-not-allowed", answer(event("PUT", "/v1/smtp-users", "{}")));
    assertProblem(400, "invalid-json", answer(event("POST", "/v1/smtp-users", "{")));
    assertProblem(400, "invalid-json", answer(event("POST", "/v1/smtp-users", " ")));
    assertProblem(400, "invalid-json", answer(event("POST", "/v1/smtp-users", "\r\n\t")));
    assertProblem(400, "malformed-request", answer(event("POST", "/v1/smtp-users", "")));
    String tooLarge = "{\"description\": \"" + "x".repeat(17_000) + "\"}";
    assertProblem(413, "too-large", answer(event("POST", "/v1/smtp-users", tooLarge)));
  }

  private static void assertProblem(int status, String type, APIGatewayV2HTTPResponse answer) {
    assertEquals(status, answer.getStatusCode(), answer.getBody());
    assertTrue(answer.getBody().contains("\"/problems/" + type + "\""), answer.getBody());
    assertEquals("application/problem+json", header(answer, "content-type"));
  }

  private static @Nullable String header(APIGatewayV2HTTPResponse answer, String name) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.putAll(answer.getHeaders());
    return headers.get(name);
  }

  private static APIGatewayV2HTTPResponse answer(APIGatewayV2HTTPEvent event) {
    return handler.handleRequest(event, new MockLambdaContext());
  }

  private static String decoded(APIGatewayV2HTTPResponse answer) {
    assertTrue(answer.getIsBase64Encoded());
    return new String(Base64.getDecoder().decode(answer.getBody()), UTF_8);
  }

  private static APIGatewayV2HTTPEvent event(String method, String path, String body)
      throws IOException {
    APIGatewayV2HTTPEvent event = event();
    event.setRawPath(path);
    event.setBody(body);
    event.getRequestContext().getHttp().setMethod(method);
    event.getRequestContext().getHttp().setPath(path);
    return event;
  }

  private static APIGatewayV2HTTPEvent event() throws IOException {
    String json = Files.readString(EVENT).replace("${token}", platform.token("acme"));
    JsonMapper mapper = platform.context().getBean(JsonMapper.class);
    return Objects.requireNonNull(mapper.readValue(json, APIGatewayV2HTTPEvent.class));
  }
}
