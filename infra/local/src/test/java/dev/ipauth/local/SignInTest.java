package dev.ipauth.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.local.data.DataDir;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in, by {@code SIGN_IN}. */
class SignInTest {
  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    http.close();
  }

  private static Platform start(Map<String, String> settings) {
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "HTTP_PORT", "0", "SMTP_PORTS", "0", "SMTPS_PORTS", "0", "MANAGEMENT_PORT", "0"));
    environment.putAll(settings);
    return Platform.start(environment, OutputStream.nullOutputStream());
  }

  private HttpResponse<String> ask(Platform platform, String path, String token)
      throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create(platform.http() + path));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(Platform platform, String path, String token, String body)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(platform.http() + path))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  @Test
  void withAKeyOneIsItsAccountAndTheTrailNamesTheKey(@TempDir Path folder) throws Exception {
    String key;
    try (DataDir dataDir = DataDir.hold(folder.toString())) {
      key = dataDir.keys().add("acme", "laptop").orElseThrow().secret();
    }
    try (Platform platform = start(Map.of("SIGN_IN", "key", "DATA_DIR", folder.toString()))) {
      assertTrue(ask(platform, "/dashboard.json", "").body().contains("\"signIn\":\"key\""));
      assertTrue(ask(platform, "/v1/caller", key).body().contains("\"accountId\":\"acme\""));
      assertEquals(
          201,
          post(platform, "/v1/smtp-users", key, "{\"username\": \"scanner-2f\"}").statusCode());
      String trail = ask(platform, "/v1/smtp-users/scanner-2f/audit", key).body();
      assertTrue(trail.contains("\"by\":\"key:laptop\""), trail);
      for (String wrong : List.of("", key + "x", key.substring(1), "acme", "ipk_")) {
        assertEquals(401, ask(platform, "/v1/caller", wrong).statusCode(), wrong);
      }
      assertNobodyIsGivenATokenOrMail(platform);
    }
  }

  private void assertNobodyIsGivenATokenOrMail(Platform platform)
      throws IOException, InterruptedException {
    assertEquals(404, post(platform, "/local/token", "", "{\"accountId\": \"acme\"}").statusCode());
    assertEquals(404, ask(platform, "/local/messages", "").statusCode());
  }

  @Test
  void withAnOpenIdProviderOnlyItsTokensAreGood(@TempDir Path folder) throws Exception {
    String key;
    try (DataDir dataDir = DataDir.hold(folder.toString())) {
      key = dataDir.keys().add("acme", null).orElseThrow().secret();
    }
    var settings =
        Map.of(
            "SIGN_IN", "openid",
            "OPENID_ISSUER", "https://id.example.com",
            "OPENID_AUDIENCE", "relay",
            "DATA_DIR", folder.toString());
    try (Platform platform = start(settings)) {
      String page = ask(platform, "/dashboard.json", "").body();
      assertTrue(
          page.contains("\"signIn\":\"openid\"") && page.contains("https://id.example.com"), page);
      assertEquals(401, ask(platform, "/v1/caller", key).statusCode());
      assertNobodyIsGivenATokenOrMail(platform);
    }
  }

  @Test
  void anotherNextHopsMailIsNobodysToSee() throws Exception {
    try (Platform platform = start(Map.of("NEXT_HOP", "smtp://127.0.0.1:9"))) {
      assertEquals(404, ask(platform, "/local/messages", "").statusCode());
      assertEquals(
          List.of(), platform.places().stream().filter(place -> place.contains("sink")).toList());
    }
  }
}
