package dev.ipauth.functions.messages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.micronaut.function.aws.proxy.MockLambdaContext;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Batches as CloudWatch Logs gives them to Lambda. */
class RecorderHandlerTest {
  private final JsonMapper json = JsonMapper.createDefault();

  @Test
  void aBatchIsRecorded() throws IOException {
    try (var tables = new Tables()) {
      List<String> story = Stories.story("queued, then delivered");
      assertEquals(
          "{\"event\":\"recorded\",\"lines\":4,\"messages\":3}",
          handled(tables, batch("DATA_MESSAGE", story)));
      assertEquals(1, tables.client.scan(s -> s.tableName("Usage")).count());
    }
  }

  @Test
  void aProbeOfCloudWatchIsNone() throws IOException {
    try (var tables = new Tables()) {
      assertEquals(
          "{\"event\":\"recorded\",\"lines\":0,\"messages\":0}",
          handled(tables, batch("CONTROL_MESSAGE", List.of())));
    }
  }

  @Test
  void anythingElseFailsAndIsLeftInTheQueue() {
    try (var tables = new Tables()) {
      assertThrows(IllegalArgumentException.class, () -> handled(tables, "{}"));
    }
  }

  private static String handled(Tables tables, String event) throws IOException {
    // The stories are of a fixed day, and the handler's clock is the real one.
    var handler =
        new RecorderHandler(
            tables.client, Tables.NAMES, new MessageRetention(Duration.ofDays(20_000)));
    var answer = new ByteArrayOutputStream();
    handler.handleRequest(
        new ByteArrayInputStream(event.getBytes(UTF_8)), answer, new MockLambdaContext());
    return answer.toString(UTF_8);
  }

  private String batch(String type, List<String> lines) throws IOException {
    List<JsonNode> events = new ArrayList<>();
    events.add(event("Listening on 587\n"));
    lines.forEach(line -> events.add(event(line + "\n")));
    JsonNode batch =
        JsonNode.createObjectNode(
            Map.of(
                "messageType", JsonNode.createStringNode(type),
                "logGroup", JsonNode.createStringNode("relay"),
                "logEvents", JsonNode.createArrayNode(lines.isEmpty() ? List.of() : events)));
    var packed = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(packed)) {
      out.write(json.writeValueAsBytes(batch));
    }
    String data = Base64.getEncoder().encodeToString(packed.toByteArray());
    return "{\"awslogs\":{\"data\":\"" + data + "\"}}";
  }

  private static JsonNode event(String message) {
    return JsonNode.createObjectNode(
        Map.of(
            "id", JsonNode.createStringNode("1"),
            "timestamp", JsonNode.createNumberNode(0L),
            "message", JsonNode.createStringNode(message)));
  }
}
