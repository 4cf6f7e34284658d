package dev.ipauth.functions.messages;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.ipauth.functions.lambda.LambdaSettings;
import dev.ipauth.settings.Setting;
import dev.ipauth.settings.Values;
import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The recorder on AWS, behind a subscription to the relay's log: {@code {"awslogs": {"data": …}}},
 * base64 of gzip of {@code {"messageType", "logEvents": [{"message"}]}}. A batch that fails is
 * given again by Lambda, and at last left in a queue; {@code infra/replay} gives those, and all
 * lines since some time, once more.
 */
public final class RecorderHandler implements RequestStreamHandler {
  private static final String DATA = "DATA_MESSAGE";
  private static final List<Setting<?>> SETTINGS =
      Stream.concat(MessageTables.ALL.stream(), Stream.of(MessageRetention.MESSAGE_RETENTION))
          .toList();

  private final Recorder recorder;
  private final JsonMapper json = JsonMapper.createDefault();

  /** Lambda calls this one. */
  public RecorderHandler() {
    this(LambdaSettings.dynamoDb(), LambdaSettings.read(SETTINGS));
  }

  private RecorderHandler(DynamoDbClient dynamoDb, Values values) {
    this(dynamoDb, MessageTables.from(values), MessageRetention.from(values));
  }

  /** For a DynamoDB of one's own. */
  public RecorderHandler(
      DynamoDbClient dynamoDb, MessageTables tables, MessageRetention retention) {
    InstantSource clock = InstantSource.system();
    recorder =
        new Recorder(
            new MessageWrites(dynamoDb, tables, retention),
            new LastSeen(dynamoDb, tables, retention, clock),
            new CountedLines(dynamoDb, tables),
            retention,
            clock);
  }

  /**
   * @throws IllegalArgumentException when the event isn't one of a subscription
   */
  @Override
  public void handleRequest(InputStream event, OutputStream answer, Context context)
      throws IOException {
    List<String> lines = lines(unpacked(json.readValue(event, Argument.of(JsonNode.class))));
    int recorded = recorder.record(lines);
    byte[] said =
        "{\"event\":\"recorded\",\"lines\":%s,\"messages\":%s}"
            .formatted(lines.size(), recorded)
            .getBytes(StandardCharsets.UTF_8);
    context.getLogger().log(said);
    answer.write(said);
  }

  private JsonNode unpacked(JsonNode event) throws IOException {
    JsonNode data = member(member(event, "awslogs"), "data");
    if (data == null || !data.isString()) {
      throw new IllegalArgumentException("This is no event of a subscription to a log group.");
    }
    byte[] packed = Base64.getDecoder().decode(data.getStringValue());
    try (var unpacked = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      return json.readValue(unpacked, Argument.of(JsonNode.class));
    }
  }

  private static List<String> lines(JsonNode batch) {
    var lines = new ArrayList<String>();
    JsonNode type = member(batch, "messageType");
    JsonNode events = member(batch, "logEvents");
    // CloudWatch Logs also asks now and then whether somebody is there.
    if (type != null && DATA.equals(type.coerceStringValue()) && events != null) {
      events
          .values()
          .forEach(
              event ->
                  lines.add(
                      Objects.requireNonNull(member(event, "message"))
                          .coerceStringValue()
                          .strip()));
    }
    return lines;
  }

  private static @Nullable JsonNode member(@Nullable JsonNode node, String name) {
    return node != null && node.isObject() ? node.get(name) : null;
  }
}
