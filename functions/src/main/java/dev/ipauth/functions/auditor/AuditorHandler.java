package dev.ipauth.functions.auditor;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.ipauth.functions.lambda.LambdaSettings;
import dev.ipauth.functions.register.RegisterTables;
import io.micronaut.json.JsonMapper;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The auditor's way in on AWS: no event is needed. It logs a line of JSON for each disagreement and
 * one for the audit, whose {@code disagreements} an alarm can watch, and answers with the report.
 *
 * <p>{@code SMTP_USERS_TABLE}, {@code IP_AUTHENTICATIONS_TABLE} and {@code ACCOUNTS_TABLE} name the
 * tables, as for the API.
 */
public final class AuditorHandler implements RequestStreamHandler {
  private static final int TRIES = 20;
  private static final Duration PAUSE = Duration.ofMillis(100);
  // Lambda answers with up to 6 MB; the log has all of them.
  private static final int MOST_ANSWERED = 1000;

  private final Auditor auditor;
  private final JsonMapper json = JsonMapper.createDefault();

  /** Lambda calls this one. */
  public AuditorHandler() {
    this(LambdaSettings.dynamoDb(), RegisterTables.from(LambdaSettings.read(RegisterTables.ALL)));
  }

  private AuditorHandler(DynamoDbClient dynamoDb, RegisterTables tables) {
    this(dynamoDb, tables.smtpUsers(), tables.ipAuthentications(), tables.accounts());
  }

  /** For a DynamoDB of one's own. */
  public AuditorHandler(
      DynamoDbClient dynamoDb, String usersTable, String addressesTable, String accountsTable) {
    auditor =
        new Auditor(new Rows(dynamoDb, usersTable, addressesTable, accountsTable), TRIES, PAUSE);
  }

  @Override
  public void handleRequest(InputStream event, OutputStream answer, Context context)
      throws IOException {
    AuditReport report = auditor.audit();
    LambdaLogger log = context.getLogger();
    for (Disagreement disagreement : report.disagreements()) {
      log.log(line("disagreement", fields(disagreement)));
    }
    for (Miscount miscount : report.miscounts()) {
      log.log(line("disagreement", fields(miscount)));
    }
    log.log(line("audit", counts(report)));
    Map<String, JsonNode> body = counts(report);
    body.put(
        "found",
        JsonNode.createArrayNode(
            Stream.concat(
                    report.disagreements().stream().map(AuditorHandler::fields),
                    report.miscounts().stream().map(AuditorHandler::fields))
                .limit(MOST_ANSWERED)
                .<JsonNode>map(JsonNode::createObjectNode)
                .toList()));
    answer.write(json.writeValueAsBytes(JsonNode.createObjectNode(body)));
  }

  private String line(String event, Map<String, JsonNode> fields) throws IOException {
    Map<String, JsonNode> line = new LinkedHashMap<>();
    line.put("event", JsonNode.createStringNode(event));
    line.putAll(fields);
    byte[] bytes = json.writeValueAsBytes(JsonNode.createObjectNode(line));
    return new String(bytes, StandardCharsets.UTF_8) + "\n";
  }

  private static Map<String, JsonNode> counts(AuditReport report) {
    Map<String, JsonNode> counts = new LinkedHashMap<>();
    counts.put("addresses", JsonNode.createNumberNode(report.addresses()));
    counts.put("nominating", JsonNode.createNumberNode(report.nominating()));
    counts.put("disagreements", JsonNode.createNumberNode(report.faults()));
    return counts;
  }

  private static Map<String, JsonNode> fields(Disagreement disagreement) {
    Map<String, JsonNode> fields = new LinkedHashMap<>();
    String kind = disagreement.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
    fields.put("kind", JsonNode.createStringNode(kind));
    fields.put("ip", JsonNode.createStringNode(disagreement.ip()));
    fields.put("owner", user(disagreement.owner()));
    List<JsonNode> shownBy = disagreement.shownBy().stream().map(AuditorHandler::user).toList();
    fields.put("shownBy", JsonNode.createArrayNode(shownBy));
    return fields;
  }

  private static Map<String, JsonNode> fields(Miscount miscount) {
    Map<String, JsonNode> fields = new LinkedHashMap<>();
    fields.put("kind", JsonNode.createStringNode("users-miscounted"));
    fields.put("accountId", JsonNode.createStringNode(miscount.accountId()));
    fields.put("counted", JsonNode.createNumberNode(miscount.counted()));
    fields.put("users", JsonNode.createNumberNode(miscount.users()));
    return fields;
  }

  private static JsonNode user(@Nullable Owner user) {
    if (user == null) {
      return JsonNode.nullNode();
    }
    Map<String, JsonNode> fields = new LinkedHashMap<>();
    fields.put("accountId", JsonNode.createStringNode(user.accountId()));
    fields.put("username", JsonNode.createStringNode(user.username()));
    return JsonNode.createObjectNode(fields);
  }
}
