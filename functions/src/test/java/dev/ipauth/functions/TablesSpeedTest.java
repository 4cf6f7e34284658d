package dev.ipauth.functions;

import dev.ipauth.dynamodb.DynamoDbLocal;
import dev.ipauth.embedded.EmbeddedTables;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * What the API takes on the embedded tables and on DynamoDB Local, both in files, asked in turn.
 * {@code -Dspeed.requests=1000} measures, and prints; the build doesn't.
 */
@EnabledIfSystemProperty(named = "speed.requests", matches = "\\d+")
class TablesSpeedTest {
  private static final int WARM = 300;

  private final HttpClient http = HttpClient.newHttpClient();

  private record Kind(String name, String method, String path) {}

  private record Measured(Platform platform, String token, List<Long> nanos) {
    double millis(int percent) {
      List<Long> sorted = nanos.stream().sorted().toList();
      return sorted.get(sorted.size() * percent / 100) / 1e6;
    }
  }

  private static final List<Kind> KINDS =
      List.of(
          new Kind("GET /v1/caller", "GET", "/v1/caller"),
          new Kind("GET of a user", "GET", "/v1/smtp-users/there"),
          new Kind("GET of the list", "GET", "/v1/smtp-users"),
          new Kind("PUT of an address", "PUT", "/v1/smtp-users/there/ip-authentication"));

  @AfterEach
  void close() {
    Platform.haveTablesIn(null);
    http.close();
  }

  private static Platform on(DynamoDbClient client) throws IOException, InterruptedException {
    Platform.haveTablesIn(client);
    Platform platform = Platform.start(Map.of("requests-per-minute", "1000000"));
    platform.send("acme", "POST", "/v1/smtp-users", "{\"username\": \"there\"}");
    return platform;
  }

  @Test
  void measure(@TempDir Path folder) throws IOException, InterruptedException {
    int requests = Integer.getInteger("speed.requests");
    try (DynamoDbLocal local = DynamoDbLocal.start(Files.createDirectory(folder.resolve("l")), 0);
        EmbeddedTables embedded = EmbeddedTables.in(folder.resolve("tables.db"));
        Platform there = on(local.client());
        Platform here = on(embedded.client())) {
      Measured onEmbedded = new Measured(here, here.token("acme"), new ArrayList<>());
      Measured onLocal = new Measured(there, there.token("acme"), new ArrayList<>());
      for (Kind kind : KINDS) {
        for (int i = 0; i < WARM + requests; i++) {
          for (Measured measured : List.of(onEmbedded, onLocal)) {
            if (i == WARM) {
              measured.nanos().clear();
            }
            measured.nanos().add(time(measured, kind, i));
          }
        }
        System.out.printf(
            "%-18s embedded p50 %.2f ms, p99 %.2f; DynamoDB Local p50 %.2f ms, p99 %.2f%n",
            kind.name(),
            onEmbedded.millis(50),
            onEmbedded.millis(99),
            onLocal.millis(50),
            onLocal.millis(99));
      }
    }
  }

  private long time(Measured measured, Kind kind, int number)
      throws IOException, InterruptedException {
    String body = "{\"ip\": \"198.51.%s.%s\"}".formatted(number / 250 % 250, number % 250);
    HttpRequest request =
        HttpRequest.newBuilder(measured.platform().uri(kind.path()))
            .header("Authorization", "Bearer " + measured.token())
            .header("Content-Type", "application/json")
            .method(
                kind.method(),
                kind.method().equals("GET")
                    ? BodyPublishers.noBody()
                    : BodyPublishers.ofString(body))
            .build();
    long began = System.nanoTime();
    var answer = http.send(request, BodyHandlers.ofString());
    long took = System.nanoTime() - began;
    if (answer.statusCode() != 200) {
      throw new AssertionError(kind + ": " + answer.statusCode() + answer.body());
    }
    return took;
  }
}
