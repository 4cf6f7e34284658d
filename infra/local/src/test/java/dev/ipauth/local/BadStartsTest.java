package dev.ipauth.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.local.data.DataDir;
import dev.ipauth.settings.BadSettings;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the platform can't be started with, and whom it gives no token. */
class BadStartsTest {
  private static Platform start(String variable, String value) {
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "HTTP_PORT", "0", "SMTP_PORTS", "0", "SMTPS_PORTS", "0", "MANAGEMENT_PORT", "0"));
    environment.put(variable, value);
    return Platform.start(environment, OutputStream.nullOutputStream());
  }

  @Test
  void aBadSettingOfTheFunctionsIsALineToo() {
    BadSettings refused =
        assertThrows(BadSettings.class, () -> start("REQUESTS_PER_MINUTE", "many"));

    assertEquals(
        List.of(
            "REQUESTS_PER_MINUTE=many can't be used. Write a whole number from 1 to 999999999."),
        refused.lines());
  }

  @Test
  void aFolderHasOnePlatform(@TempDir Path folder) {
    try (Platform first = start("DATA_DIR", folder.toString())) {
      var refused =
          assertThrows(BadSettings.class, () -> start("DATA_DIR", folder.toString())).lines();
      assertTrue(refused.getFirst().contains("Another platform, or a command"), refused::toString);
      assertEquals(2, first.relay().listeners().size());
    }
    start("DATA_DIR", folder.toString()).close();
  }

  /** A back-up at the second of a start mustn't leave the relay down. */
  @Test
  @Timeout(60)
  void aCommandThatHasTheFolderIsWaitedFor(@TempDir Path folder) throws Exception {
    DataDir command = DataDir.hold(folder.toString());
    var said = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new PrintStream(said, true, UTF_8));
    try {
      var starting = CompletableFuture.supplyAsync(() -> start("DATA_DIR", folder.toString()));
      while (!said.toString(UTF_8).contains("A command is using DATA_DIR")) {
        assertFalse(starting.isDone(), starting::toString);
        Thread.sleep(10);
      }
      command.close();
      starting.get(60, TimeUnit.SECONDS).close();
    } finally {
      System.setErr(before);
    }
  }

  @Test
  void aTokenIsForAnAccountThatTheApiTakes() throws Exception {
    try (Platform platform = start("DATA_DIR", "");
        HttpClient http = HttpClient.newHttpClient()) {
      for (String body :
          List.of(
              "{}",
              "[]",
              "{\"accountId\": 1}",
              "{\"accountId\": [\"acme\"]}",
              "{\"accountId\": \" \"}",
              "{\"accountId\": \"acme\", \"admin\": true}",
              "{\"accountId\": \"%s\"}".formatted("a".repeat(257)))) {
        HttpRequest request =
            HttpRequest.newBuilder(URI.create(platform.http() + "/local/token"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        assertEquals(400, answer.statusCode(), body);
      }
      for (String encoding : List.of("gzip", "deflate", "snappy")) {
        HttpRequest compressed =
            HttpRequest.newBuilder(URI.create(platform.http() + "/local/token"))
                .header("Content-Type", "application/json")
                .header("Content-Encoding", encoding)
                .POST(HttpRequest.BodyPublishers.ofString("{\"accountId\": \"acme\"}"))
                .build();
        var answer = http.send(compressed, HttpResponse.BodyHandlers.ofString());
        assertEquals(415, answer.statusCode(), encoding);
      }
    }
  }
}
