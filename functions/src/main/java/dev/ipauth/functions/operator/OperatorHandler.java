package dev.ipauth.functions.operator;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.ipauth.functions.lambda.LambdaSettings;
import dev.ipauth.functions.register.AddressRelease;
import dev.ipauth.functions.register.NominationProof;
import dev.ipauth.functions.register.RegisterSettings;
import dev.ipauth.functions.register.RegisterSettings.Nominable;
import dev.ipauth.functions.register.RegisterTables;
import dev.ipauth.settings.Setting;
import dev.ipauth.settings.Values;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.IpAuthentication;
import io.micronaut.core.type.Argument;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The operator's way in on AWS, for whoever may invoke this function. {@code {"release":
 * "198.51.100.7", "by": "jane"}} takes the address from the SMTP user that has it, and answers with
 * {@code {"released": true, "ip", "accountId", "username"}}; {@code {"released": false, "ip"}}
 * where nobody has it.
 */
public final class OperatorHandler implements RequestStreamHandler {
  private static final List<Setting<?>> SETTINGS =
      Stream.concat(RegisterTables.ALL.stream(), Stream.of(RegisterSettings.AUDIT_RETENTION))
          .toList();

  private final AddressRelease addresses;
  private final JsonMapper json = JsonMapper.createDefault();

  /** Lambda calls this one. */
  public OperatorHandler() {
    this(LambdaSettings.dynamoDb(), LambdaSettings.read(SETTINGS));
  }

  private OperatorHandler(DynamoDbClient dynamoDb, Values values) {
    this(dynamoDb, RegisterTables.from(values), values.get(RegisterSettings.AUDIT_RETENTION));
  }

  /** For a DynamoDB of one's own. */
  public OperatorHandler(DynamoDbClient dynamoDb, RegisterTables tables, Duration auditRetention) {
    addresses =
        new AddressRelease(
            dynamoDb,
            tables,
            new RegisterSettings(
                Integer.MAX_VALUE, auditRetention, NominationProof.OFF, Nominable.ANY),
            Clock.systemUTC());
  }

  /**
   * @throws IllegalArgumentException when the event says no address, or not who asks
   */
  @Override
  public void handleRequest(InputStream event, OutputStream answer, Context context)
      throws IOException {
    JsonNode asked = json.readValue(event, Argument.of(JsonNode.class));
    IpAddress ip = IpAddress.parse(text(asked, "release"));
    IpAuthentication holder = addresses.release(ip, text(asked, "by"));
    Map<String, JsonNode> said = new LinkedHashMap<>();
    said.put("released", JsonNode.createBooleanNode(holder != null));
    said.put("ip", JsonNode.createStringNode(ip.toString()));
    if (holder != null) {
      said.put("accountId", JsonNode.createStringNode(holder.accountId()));
      said.put("username", JsonNode.createStringNode(holder.username().text()));
    }
    byte[] line = json.writeValueAsBytes(JsonNode.createObjectNode(said));
    context.getLogger().log(line);
    answer.write(line);
  }

  private static String text(JsonNode asked, String name) {
    JsonNode value = asked.isObject() ? asked.get(name) : null;
    if (value == null || !value.isString() || value.getStringValue().isBlank()) {
      throw new IllegalArgumentException(
          "Say {\"release\": \"198.51.100.7\", \"by\": \"your name\"}; \"%s\" is missing."
              .formatted(name));
    }
    return value.getStringValue();
  }
}
