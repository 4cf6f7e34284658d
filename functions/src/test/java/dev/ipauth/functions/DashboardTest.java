package dev.ipauth.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page, as anybody gets it who hasn't signed in. */
class DashboardTest {
  private static final Pattern LOADED =
      Pattern.compile("(?:src=\"|href=\"|from ')(?:/dashboard/|\\./)([a-z-]+\\.[a-z]+)");

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
    Set<String> seen = new TreeSet<>();
    Deque<String> toRead = new ArrayDeque<>(loaded(page.body()));
    while (!toRead.isEmpty()) {
      String name = toRead.pop();
      if (seen.add(name)) {
        HttpResponse<String> file = get("/dashboard/" + name);
        assertEquals(200, file.statusCode(), name);
        assertEquals("nosniff", header(file, "X-Content-Type-Options"));
        assertTrue(header(file, "Content-Type").startsWith(type(name)), name);
        toRead.addAll(loaded(file.body()));
      }
    }
    assertTrue(seen.contains("ip-authentication.js"), seen.toString());
  }

  @Test
  void everyModuleIsAskedForAtOnce() throws IOException, InterruptedException {
    Set<String> preloaded = loaded(get("/").body());
    Set<String> imported = new TreeSet<>();
    for (String name : preloaded) {
      imported.addAll(loaded(get("/dashboard/" + name).body()));
    }

    assertTrue(imported.size() > 20, imported.toString());
    imported.removeAll(preloaded);
    assertEquals(Set.of(), imported, "not preloaded, so asked for one after the other");
  }

  private static Set<String> loaded(String text) {
    Set<String> names = new TreeSet<>();
    LOADED.matcher(text).results().forEach(found -> names.add(found.group(1)));
    return names;
  }

  private static String type(String name) {
    return switch (name.substring(name.lastIndexOf('.'))) {
      case ".js" -> "text/javascript";
      case ".css" -> "text/css";
      default -> "image/svg+xml";
    };
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

    assertEquals("no-cache", header(first, "Cache-Control"));
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
            + "\"tlsPorts\":[465],\"maxMessageBytes\":36700160,\"ipv6\":false}}",
        get("/dashboard.json").body());
  }

  private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return platform.send(HttpRequest.newBuilder(platform.uri(path)).build());
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElse("");
  }
}
