package dev.ipauth.functions;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page, as anybody gets it who hasn't signed in. */
class DashboardTest {
  private static final Pattern LOADED = Pattern.compile("(?:src|href)=\"(/dashboard/[^\"]+)\"");

  private static Platform platform;

  @BeforeAll
  static void start() {
    platform =
        Platform.start(
            Map.of(
                "dashboard-client-id", "dashboard",
                "dashboard-origins", "https://token.example.com",
                "relay-hostname", "relay.example.com"));
  }

  @AfterAll
  static void stop() {
    platform.close();
  }

  @Test
  void everyFileThatThePageLoadsIsThereAndNothingIsInline()
      throws IOException, InterruptedException {
    HttpResponse<String> page = get("/");

    assertEquals(200, page.statusCode());
    assertEquals("text/html;charset=utf-8", header(page, "Content-Type").replace(" ", ""));
    assertFalse(page.body().contains("<style") || page.body().contains(" style="));
    assertFalse(Pattern.compile("<script(?! type=\"module\" src=)").matcher(page.body()).find());
    for (String path : loaded(page.body())) {
      HttpResponse<String> file = get(path);
      assertEquals(200, file.statusCode(), path);
      assertEquals("nosniff", header(file, "X-Content-Type-Options"));
      assertTrue(header(file, "Content-Type").startsWith(type(path)), path);
    }
  }

  @Test
  void whatThePageNamesIsNamedByItsContentAndKeptForGood()
      throws IOException, InterruptedException {
    Set<String> named = loaded(get("/").body());

    assertEquals(3, named.size(), "a script, a style sheet and an icon: " + named);
    for (String path : named) {
      assertTrue(path.matches("/dashboard/[a-z]+-[0-9a-f]{16}\\.[a-z]+"), path);
      assertEquals("public, max-age=31536000, immutable", header(get(path), "Cache-Control"), path);
      String another = path.replaceAll("-[0-9a-f]{16}", "-0123456789abcdef");
      assertEquals(404, get(another).statusCode(), "another version's");
    }
  }

  private static Set<String> loaded(String text) {
    Set<String> paths = new TreeSet<>();
    LOADED.matcher(text).results().forEach(found -> paths.add(found.group(1)));
    return paths;
  }

  private static String type(String name) {
    return switch (name.substring(name.lastIndexOf('.'))) {
      case ".js" -> "text/javascript";
      case ".css" -> "text/css";
      default -> "image/svg+xml";
    };
  }

  @Test
  void isSentZippedToWhoTakesIt() throws IOException, InterruptedException {
    byte[] plain = asked("Accept-Encoding", "identity").body();
    HttpResponse<byte[]> zipped = asked("Accept-Encoding", "br, gzip;q=0.8");

    assertEquals("gzip", header(zipped, "Content-Encoding"));
    assertEquals("Accept-Encoding", header(zipped, "Vary"));
    assertTrue(zipped.body().length < plain.length / 2, zipped.body().length + " octets");
    try (var unzipped = new GZIPInputStream(new ByteArrayInputStream(zipped.body()))) {
      assertArrayEquals(plain, unzipped.readAllBytes());
    }
    assertEquals("", header(asked("Accept-Encoding", "gzip;q=0"), "Content-Encoding"));
  }

  @Test
  void comesByHttpsOnlyWhereItHasThat() throws IOException, InterruptedException {
    assertEquals("max-age=31536000", header(get("/"), "Strict-Transport-Security"));
    assertTrue(header(get("/"), "Permissions-Policy").contains("camera=()"));
  }

  @Test
  void talksToItselfAndTheProviderOnly() throws IOException, InterruptedException {
    assertEquals(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src"
            + " 'self' https://id.example.com https://token.example.com; base-uri 'none';"
            + " form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script';"
            + " trusted-types 'none'",
        header(get("/"), "Content-Security-Policy"));
  }

  @Test
  void isSentOnceAndThenOnlyAskedFor() throws IOException, InterruptedException {
    HttpResponse<String> first = get("/dashboard/main.js");
    HttpResponse<String> again =
        platform.send(
            HttpRequest.newBuilder(platform.uri("/dashboard/main.js"))
                .header("If-None-Match", header(first, "ETag"))
                .build());

    assertEquals(
        "no-cache", header(first, "Cache-Control"), "its name says nothing of its content");
    assertEquals(304, again.statusCode());
    assertEquals("", again.body());
  }

  @Test
  void answersHead() throws IOException, InterruptedException {
    HttpResponse<String> head =
        platform.send(
            HttpRequest.newBuilder(platform.uri("/"))
                .method("HEAD", HttpRequest.BodyPublishers.noBody())
                .build());

    assertEquals(200, head.statusCode());
    assertTrue(header(head, "Content-Security-Policy").startsWith("default-src 'none'"));
  }

  @Test
  void nothingElseIsServed() throws IOException, InterruptedException {
    for (String path :
        new String[] {
          "/dashboard/none.js",
          "/dashboard/index.html",
          "/dashboard/..%2fapplication.properties",
          "/dashboard/../application.properties",
          "/dashboard/words/..%2f..%2fapplication.properties",
          "/dashboard/",
          "/favicon.ico"
        }) {
      assertEquals(404, get(path).statusCode(), path);
    }
  }

  @Test
  void tellsWhatSigningInTakesAndWhereTheRelayIs() throws IOException, InterruptedException {
    assertEquals(
        "{\"signIn\":\"openid\",\"issuer\":\"https://id.example.com/\",\"clientId\":\"dashboard\","
            + "\"scope\":\"openid\",\"audience\":\"smtp-relay\",\"token\":\"access_token\","
            + "\"relay\":{\"hostname\":\"relay.example.com\",\"startTlsPorts\":[587,25,2525],"
            + "\"tlsPorts\":[465],\"maxMessageBytes\":36700160,\"cacheSeconds\":5,"
            + "\"onlyPublic\":false,\"proofRequired\":false,\"keepsMessages\":true,\"ipv6\":false}}",
        get("/dashboard.json").body());
  }

  @Test
  void tellsBeforehandWhatWillBeAskedForAndWhatCannotBeSeen()
      throws IOException, InterruptedException {
    try (Platform strict =
        Platform.start(
            Map.of(
                "nominable-ips",
                "public",
                "nomination-proof",
                "required",
                "http-url",
                "https://relay.example.com",
                "message-retention",
                "0"))) {
      String start =
          strict.send(HttpRequest.newBuilder(strict.uri("/dashboard.json")).build()).body();

      assertTrue(
          start.contains("\"onlyPublic\":true,\"proofRequired\":true,\"keepsMessages\":false"),
          start);
    }
  }

  private static HttpResponse<byte[]> asked(String header, String value)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(platform.uri("/dashboard/main.js")).header(header, value).build(),
          HttpResponse.BodyHandlers.ofByteArray());
    }
  }

  private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return platform.send(HttpRequest.newBuilder(platform.uri(path)).build());
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }
}
