package dev.ipauth.functions;

import static dev.ipauth.functions.CloudFormation.asList;
import static dev.ipauth.functions.CloudFormation.asMap;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import dev.ipauth.dynamodb.DynamoDbLocal;
import dev.ipauth.functions.Faults.Fault;
import dev.ipauth.functions.auditor.AuditorHandler;
import dev.ipauth.functions.messages.MessageTables;
import dev.ipauth.functions.messages.RecorderStories;
import dev.ipauth.functions.operator.OperatorHandler;
import io.micronaut.function.aws.proxy.MockLambdaContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Each function's policy is what it does, seen while it does all that it can: whatever it asks of
 * DynamoDB is allowed, and nothing else is.
 */
class PolicyTest {
  // ${Tables.Outputs.SmtpUsersArn}/index/byAccount
  private static final Pattern RESOURCE =
      Pattern.compile("(?:\\$\\{)?Tables\\.Outputs\\.(\\w+)Arn}?(.*)");

  private final Permissions needed = new Permissions();
  private final Faults faults = new Faults();

  @Test
  void theApi() throws IOException, InterruptedException {
    DynamoDbClient client = client();
    for (Path file : examples()) {
      try (Platform platform = Platform.start(client)) {
        ExamplesTest.run(file, platform);
      }
    }
    proveControl(client);
    try (Platform platform = Platform.start(client)) {
      assertEquals(200, platform.send("acme", "GET", "/v1/smtp-users", "").statusCode());
      // Only a change that nobody answered is looked for in the audit trail.
      Fault[] lost = new Fault[1000];
      Arrays.fill(lost, Fault.LOST);
      faults.plan(lost);
      assertEquals(503, platform.send("acme", "POST", "/v1/smtp-users", "{}").statusCode());
    }

    assertEquals(lines(allowed("ApiFunction")), lines(needed.all()));
  }

  private static void proveControl(DynamoDbClient client) {
    Map<String, String> required =
        Map.of("nomination-proof", "required", "http-url", Office.ORIGIN);
    String set = "/v1/smtp-users/scanner/ip-authentication";
    try (Platform platform = Platform.start(required, client)) {
      Gateway gateway = new Gateway(platform);
      String user = "{\"username\": \"scanner\", \"ipAuthentication\": {\"ip\": \"192.0.2.1\"}}";
      gateway.sendAs("acme", "192.0.2.9", "POST", "/v1/smtp-users", user);
      String body = "{\"ip\": \"192.0.2.2\"}";
      String link = Office.link(gateway.sendAs("acme", "192.0.2.9", "PUT", set, body).body());
      assertEquals(200, new Office(gateway, "192.0.2.2").agree(link, "scanner").status());
      // An address of the account's own, and a key that may have been used.
      assertEquals(
          409,
          gateway
              .send(
                  "192.0.2.9",
                  "POST",
                  "/v1/smtp-users",
                  "{\"ipAuthentication\": " + body + "}",
                  "Authorization: Bearer " + platform.token("acme"),
                  "Content-Type: application/json",
                  "Idempotency-Key: k")
              .status());
    }
  }

  private static List<Path> examples() throws IOException {
    try (Stream<Path> files = Files.list(ExamplesTest.EXAMPLES)) {
      return files.sorted().toList();
    }
  }

  @Test
  void theAuditor() throws IOException {
    DynamoDbLocal.createTables(Platform.tables(), "policy-");
    // Rows that don't agree are looked at once more.
    Platform.tables()
        .putItem(
            put ->
                put.tableName("policy-IpAuthentications")
                    .item(Map.of("ip", fromS("198.51.100.1"), "username", fromS("gone"))));
    new AuditorHandler(client(), "policy-SmtpUsers", "policy-IpAuthentications", "policy-Accounts")
        .handleRequest(
            InputStream.nullInputStream(),
            OutputStream.nullOutputStream(),
            new MockLambdaContext());

    assertEquals(lines(allowed("AuditorFunction")), lines(needed.all()));
  }

  @Test
  void theOperator() throws IOException, InterruptedException {
    Fault[] lost = new Fault[1000];
    Arrays.fill(lost, Fault.REPLY_LOST);
    try (Platform platform = Platform.start()) {
      platform.send(
          "acme", "POST", "/v1/smtp-users", "{\"ipAuthentication\": {\"ip\": \"192.0.2.9\"}}");
      faults.plan(lost);
      new OperatorHandler(client(), platform.tableNames(), Duration.ofDays(1))
          .handleRequest(
              new ByteArrayInputStream(
                  "{\"release\": \"192.0.2.9\", \"by\": \"jane\"}".getBytes(UTF_8)),
              OutputStream.nullOutputStream(),
              new MockLambdaContext());
    }

    assertEquals(lines(allowed("OperatorFunction")), lines(needed.all()));
  }

  @Test
  void theRecorder() throws IOException {
    DynamoDbLocal.createTables(Platform.tables(), "recorder-");
    var tables =
        new MessageTables(
            "recorder-Messages",
            "recorder-Usage",
            "recorder-CountedLines",
            "recorder-LastSeen",
            "recorder-Queue");
    RecorderStories.recordAll(client(), tables);

    assertEquals(lines(allowed("RecorderFunction")), lines(needed.all()));
  }

  private DynamoDbClient client() {
    return Platform.dynamoDb()
        .clientBuilder()
        .overrideConfiguration(
            override -> override.addExecutionInterceptor(needed).addExecutionInterceptor(faults))
        .build();
  }

  /** What the function's policy says of tables, as {@link Permissions} does. */
  private static Set<String> allowed(String function) throws IOException {
    Set<String> allowed = new TreeSet<>();
    Object policies =
        CloudFormation.read("template.yaml").at("Resources", function, "Properties", "Policies");
    for (Object policy : asList(policies)) {
      for (Object one : asList(asMap(policy).get("Statement"))) {
        Map<String, Object> statement = asMap(one);
        if (statement.containsKey("Action")) {
          asList(statement.get("Action")).stream()
              .map(Object::toString)
              .filter(action -> action.startsWith("dynamodb:"))
              .forEach(action -> tables(statement).forEach(on -> allowed.add(action + on)));
        }
      }
    }
    return allowed;
  }

  private static List<String> tables(Map<String, Object> statement) {
    return asList(statement.get("Resource")).stream().map(PolicyTest::table).toList();
  }

  private static String table(Object resource) {
    Matcher matcher = RESOURCE.matcher(asMap(resource).values().iterator().next().toString());
    assertEquals(true, matcher.matches(), () -> "No table: " + resource);
    return " on " + matcher.group(1) + matcher.group(2);
  }

  private static String lines(Set<String> permissions) {
    return String.join("\n", permissions);
  }
}
