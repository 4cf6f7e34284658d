package dev.ipauth.functions;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent.RequestContext;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import io.micronaut.function.aws.proxy.MockLambdaContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLDecoder;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests that no good client sends, octet by octet, through both ways in: the port of one
 * machine, and the handler that Lambda calls with API Gateway's event.
 */
class OctetsTest {
  private static final String USER = "/v1/smtp-users/scanner";

  private static final Contract CONTRACT = Contract.compiled();

  private static Platform platform;
  private static LambdaHandler handler;

  /** Which way in. */
  enum By {
    PORT,
    LAMBDA
  }

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    platform = Platform.start(Map.of("api-origins", "https://admin.example.com"));
    handler = new LambdaHandler(platform.context());
    platform.send("acme", "POST", "/v1/smtp-users", "{\"username\": \"scanner\"}");
  }

  @AfterAll
  static void stop() {
    platform.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Overlong, half of a surrogate pair, a byte that never is in UTF-8, a cut sequence.
        "{\"description\": \"\u00c0\u00af\"}",
        "{\"description\": \"\u00ed\u00a0\u0080\"}",
        "{\"description\": \"\u00ff\"}",
        "{\"description\": \"\u00e2\u0082\"}",
        "\u00fe\u00ff\0{\0}",
        "\0{\0}",
        "\0\0\0{\0\0\0}"
      })
  void aBodyIsUtf8(String octets) throws IOException {
    for (By by : By.values()) {
      assertRefused("400", "invalid-json", patch(by, octets));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aByteOrderMarkIsForgiven(By by) throws IOException {
    String answer = patch(by, "\u00ef\u00bb\u00bf{\"description\": \"lobby\"}");

    assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
  }

  @ParameterizedTest
  @EnumSource
  void nothingDeepOrLongIsAnInternalError(By by) throws IOException {
    assertRefused("400", "invalid-json", patch(by, "[".repeat(8_000)));
    assertRefused("400", "invalid-json", patch(by, "{\"a\":".repeat(9) + "1" + "}".repeat(9)));
    assertRefused("400", "invalid-json", patch(by, "{\"enabled\": " + "9".repeat(9_000) + "}"));
    assertRefused("400", "invalid-json", patch(by, "{\"enabled\": 1e999999999}"));
    assertRefused("400", "invalid-json", patch(by, "{\"" + "k".repeat(15_000) + "\": 1}"));
  }

  @ParameterizedTest
  @EnumSource
  void ifMatchMayTakeSeveralLines(By by) throws IOException, InterruptedException {
    String tag = platform.send("acme", "GET", USER, "").headers().firstValue("ETag").orElse("none");

    assertRefused("412", "stale", patch(by, "{}", "If-Match: \"a\"", "If-Match: \"b\""));
    String answer = patch(by, "{}", "If-Match: \"a\"", "If-Match: " + tag);
    assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
  }

  /** {@code requests.csv}: what is asked for, and how it is answered. */
  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvFileSource(resources = "requests.csv", useHeadersInDisplayName = true, delimiter = '|')
  void isAnsweredTheSameByBoth(
      String method, String path, String header, String body, String status, String type)
      throws IOException {
    for (By by : By.values()) {
      String answer = answer(by, method, path, body == null ? "" : body, headers(header));
      assertDescribed(by, method, path, answer);
      if (type == null) {
        assertEquals(status, answer.split(" ", 3)[1], by + ": " + answer);
      } else {
        assertRefused(status, type, answer);
      }
      // RFC 5789 section 2.2
      assertEquals(
          method.equals("PATCH") && status.equals("415")
              ? "application/merge-patch+json, application/json"
              : "none",
          header(answer, "Accept-Patch"));
    }
  }

  /** Who calls is asked before anything else is said, as API Gateway does. */
  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvFileSource(resources = "requests.csv", useHeadersInDisplayName = true, delimiter = '|')
  void nobodyWithoutATokenLearnsWhatIsWrong(String method, String path, String header, String body)
      throws IOException {
    assumeTrue(path.startsWith("/v1/") && !path.startsWith("/v1/openapi.yaml"));
    for (By by : By.values()) {
      Map<String, String> sent = new LinkedHashMap<>(Map.of("Host", "localhost"));
      String answer = answer(by, method, path, body == null ? "" : body, sent, headers(header));
      assertRefused("401", "unauthorized", answer);
    }
  }

  private static String[] headers(String header) {
    return header == null ? new String[0] : header.split("; (?=[A-Z])", -1);
  }

  private static void assertDescribed(By by, String method, String path, String answer) {
    if (path.startsWith("/v1/")) {
      String text = answer.split("\r\n\r\n", 2)[1];
      String body = by == By.PORT ? new String(text.getBytes(ISO_8859_1), UTF_8) : text;
      int status = Integer.parseInt(answer.split(" ", 3)[1]);
      String type = header(answer, "Content-Type");
      assertEquals(List.of(), CONTRACT.faults(method, path, status, type, body), answer);
    }
  }

  /** Which API Gateway hands over in base64, as it isn't text. */
  @ParameterizedTest
  @EnumSource
  void aBodyThatIsReallyCompressedIsNotRead(By by) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write("{\"description\": \"read\"}".getBytes(UTF_8));
    }
    String octets = compressed.toString(ISO_8859_1);

    String answer = patch(by, octets, "Content-Encoding: gzip");
    assertRefused("415", "unsupported-media-type", answer);
    assertEquals("identity", header(answer, "Accept-Encoding"));
    assertRefused("400", "invalid-json", patch(by, octets));
    assertFalse(answer(by, "GET", USER, "").contains("\"read\""));
  }

  @ParameterizedTest
  @EnumSource
  void theContentTypeIsOursWhateverAcceptSays(By by) throws IOException {
    for (String accept :
        new String[] {
          "application/json;charset=ISO-8859-1",
          "application/json;q=0.5",
          "application/json;x=\"<script>\"",
          "application/*",
          "application/*;q=0.8, text/html",
          "*/*"
        }) {
      String answer = answer(by, "GET", USER, "", "Accept: " + accept);
      assertTrue(answer.startsWith("HTTP/1.1 200 "), accept + ": " + answer);
      assertEquals("application/json", header(answer, "Content-Type"), accept);
    }
    for (String accept : new String[] {"application/yaml;q=0.1", "application/*", "*/*"}) {
      String answer = answer(by, "GET", "/v1/openapi.yaml", "", "Accept: " + accept);
      assertEquals("application/yaml", header(answer, "Content-Type"), accept);
    }
  }

  @Test
  void headIsDescribedAsGetIs() throws IOException {
    String answer = answer(By.PORT, "HEAD", USER, "");

    assertEquals("application/json", header(answer, "Content-Type"));
    assertTrue(!header(answer, "ETag").equals("none"), answer);
    assertTrue(answer.endsWith("\r\n\r\n"), "no body");
  }

  /** What anybody may read, and somebody's own. */
  @ParameterizedTest
  @EnumSource
  void headIsAnsweredAsGetIsWithoutTheBody(By by) throws IOException {
    for (String path :
        new String[] {USER, "/v1/openapi.yaml", "/", "/dashboard.json", "/problems/stale"}) {
      String get = answer(by, "GET", path, "");
      String head = answer(by, "HEAD", path, "");
      assertEquals(get.split(" ", 3)[1], head.split(" ", 3)[1], path);
      assertEquals(header(get, "Content-Type"), header(head, "Content-Type"), path);
      assertEquals("", head.split("\r\n\r\n", 2)[1], path);
    }
  }

  @ParameterizedTest
  @EnumSource
  void otherOriginsGetNoCorsHeader(By by) throws IOException {
    String get = answer(by, "GET", USER, "", "Origin: https://evil.example");
    String preflight = preflight(by, "https://evil.example");

    assertTrue(get.startsWith("HTTP/1.1 200 "), get);
    assertFalse((get + preflight).toLowerCase(Locale.ROOT).contains("access-control"), preflight);
  }

  @ParameterizedTest
  @EnumSource
  void pagesOfTheOperatorsOriginsMayCall(By by) throws IOException {
    String origin = "https://admin.example.com";
    String preflight = preflight(by, origin);
    assertTrue(preflight.startsWith("HTTP/1.1 204 "), preflight);
    assertEquals(origin, header(preflight, "Access-Control-Allow-Origin"));
    assertTrue(header(preflight, "Access-Control-Allow-Methods").contains("PATCH"), preflight);
    assertTrue(header(preflight, "Access-Control-Allow-Headers").contains("If-Match"), preflight);

    String get = answer(by, "GET", USER, "", "Origin: " + origin);
    assertEquals(origin, header(get, "Access-Control-Allow-Origin"));
    assertEquals(
        "ETag, Location, Retry-After, Idempotent-Replayed",
        header(get, "Access-Control-Expose-Headers"));
    String refused = answer(by, "GET", "/v1/smtp-users/nobody", "", "Origin: " + origin);
    assertEquals(origin, header(refused, "Access-Control-Allow-Origin"), refused);
  }

  private static String preflight(By by, String origin) throws IOException {
    return answer(
        by,
        "OPTIONS",
        USER,
        "",
        "Origin: " + origin,
        "Access-Control-Request-Method: PATCH",
        "Access-Control-Request-Headers: authorization,if-match");
  }

  @Test
  void aHeadThatIsTooLongIsToldFromABody() throws IOException {
    assertRefused(
        "431", "headers-too-large", answer(By.PORT, "GET", USER, "", "X: " + "x".repeat(20_000)));
    assertRefused("414", "uri-too-long", answer(By.PORT, "GET", "/" + "x".repeat(20_000), ""));
    assertRefused("413", "too-large", patch(By.PORT, "{\"" + "k".repeat(20_000) + "\": 1}"));
  }

  private static void assertRefused(String status, String type, String answer) {
    assertEquals(status, answer.split(" ", 3)[1], answer);
    assertTrue(answer.contains("\"/problems/" + type + "\""), answer);
    assertEquals("application/problem+json", header(answer, "Content-Type"), answer);
  }

  private static String header(String answer, String name) {
    return answer
        .lines()
        .filter(line -> line.regionMatches(true, 0, name + ": ", 0, name.length() + 2))
        .map(line -> line.substring(name.length() + 2))
        .findFirst()
        .orElse("none");
  }

  private static String patch(By by, String octets, String... headers) throws IOException {
    return answer(by, "PATCH", USER, octets, headers);
  }

  /** The body's characters stand for an octet each. */
  private static String answer(By by, String method, String path, String body, String... headers)
      throws IOException {
    Map<String, String> sent = new LinkedHashMap<>();
    sent.put("Host", "localhost");
    sent.put("Authorization", "Bearer " + platform.token("acme"));
    return answer(by, method, path, body, sent, headers);
  }

  private static String answer(
      By by, String method, String path, String body, Map<String, String> sent, String... headers)
      throws IOException {
    if (Arrays.stream(headers).noneMatch(header -> header.startsWith("Content-Type:"))) {
      sent.put("Content-Type", "application/json");
    }
    return switch (by) {
      case PORT -> fromPort(method, path, body, sent, headers);
      case LAMBDA -> fromLambda(method, path, body, sent, headers);
    };
  }

  private static String fromPort(
      String method, String path, String body, Map<String, String> sent, String... headers)
      throws IOException {
    StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
    sent.put("Connection", "close");
    sent.put("Content-Length", Integer.toString(body.length()));
    sent.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    Arrays.stream(headers).forEach(header -> head.append(header + "\r\n"));
    try (Socket socket =
        new Socket(InetAddress.ofLiteral("127.0.0.1"), platform.uri("/").getPort())) {
      socket.getOutputStream().write((head + "\r\n").getBytes(US_ASCII));
      socket.getOutputStream().write(body.getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  // As API Gateway makes an event: the path decoded, the query as it was sent, header names in
  // lower case and their lines joined, and a body that isn't text in base64.
  private static String fromLambda(
      String method, String path, String body, Map<String, String> sent, String... headers) {
    Map<String, String> joined = new LinkedHashMap<>();
    sent.forEach((name, value) -> joined.put(name.toLowerCase(Locale.ROOT), value));
    for (String header : headers) {
      String[] parts = header.split(": ", 2);
      joined.merge(parts[0].toLowerCase(Locale.ROOT), parts[1], (one, more) -> one + "," + more);
    }
    String[] pathAndQuery = path.split("\\?", 2);
    APIGatewayV2HTTPEvent event = new APIGatewayV2HTTPEvent();
    event.setHeaders(joined);
    event.setRawQueryString(pathAndQuery.length == 2 ? pathAndQuery[1] : "");
    event.setRequestContext(
        RequestContext.builder()
            .withHttp(
                RequestContext.Http.builder()
                    .withMethod(method)
                    .withPath(decoded(pathAndQuery[0]))
                    .withSourceIp("198.51.100.1")
                    .build())
            .build());
    event.setRawPath(event.getRequestContext().getHttp().getPath());
    byte[] octets = body.getBytes(ISO_8859_1);
    boolean text = UTF_8.newEncoder().canEncode(new String(octets, UTF_8)) && isUtf8(octets);
    event.setIsBase64Encoded(!text);
    event.setBody(text ? new String(octets, UTF_8) : Base64.getEncoder().encodeToString(octets));
    return shown(handler.handleRequest(event, new MockLambdaContext()));
  }

  private static boolean isUtf8(byte[] octets) {
    return Arrays.equals(octets, new String(octets, UTF_8).getBytes(UTF_8));
  }

  private static String decoded(String path) {
    try {
      return URLDecoder.decode(path.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException _) {
      return path;
    }
  }

  private static String shown(APIGatewayV2HTTPResponse answer) {
    StringBuilder shown = new StringBuilder("HTTP/1.1 " + answer.getStatusCode() + " \r\n");
    answer.getHeaders().forEach((name, value) -> shown.append(name + ": " + value + "\r\n"));
    return shown + "\r\n" + Objects.requireNonNullElse(answer.getBody(), "");
  }
}
