package dev.ipauth.functions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.functions.operator.OperatorHandler;
import io.micronaut.function.aws.proxy.MockLambdaContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What only the operator may do. */
class OperatorTest {
  private static Platform platform;

  @BeforeAll
  static void start() {
    platform = Platform.start();
  }

  @AfterAll
  static void stop() {
    platform.close();
  }

  @Test
  void takesAnAddressFromWhoeverHasIt() throws IOException, InterruptedException {
    create("acme", "squatter", "198.51.100.7");

    assertEquals(
        "{'released':true,'ip':'198.51.100.7','accountId':'acme','username':'squatter'}",
        ask("{'release': '198.51.100.7', 'by': 'jane'}"));

    String user = platform.send("acme", "GET", "/v1/smtp-users/squatter", "").body();
    assertTrue(user.contains("\"ipAuthentication\":null"), user);
    String trail = platform.send("acme", "GET", "/v1/audit?limit=1", "").body();
    assertTrue(
        trail.contains("\"by\":\"operator: jane\"")
            && trail.contains("\"what\":\"ip-authentication-removed\"")
            && trail.contains("\"before\":{\"ipAuthentication\":{\"ip\":\"198.51.100.7\""),
        trail);
    assertEquals(201, create("globex", "owner", "198.51.100.7"));
  }

  @Test
  void whatNobodyHasIsFreeAlready() throws IOException {
    assertEquals(
        "{'released':false,'ip':'198.51.100.8'}", ask("{'release': '198.51.100.8', 'by': 'jane'}"));
  }

  @Test
  void saysWhatIsMissing() {
    var refused =
        assertThrows(IllegalArgumentException.class, () -> ask("{'release': '198.51.100.8'}"));
    assertEquals(
        "Say {\"release\": \"198.51.100.7\", \"by\": \"your name\"}; \"by\" is missing.",
        refused.getMessage());
  }

  @Test
  void tablesThatDisagreeAreLeftAlone() throws IOException {
    Platform.tables()
        .putItem(
            put ->
                put.tableName(platform.table("ip-authentications-table"))
                    .item(
                        Map.of(
                            "ip", AttributeValue.fromS("198.51.100.9"),
                            "accountId", AttributeValue.fromS("acme"),
                            "username", AttributeValue.fromS("gone"),
                            "since", AttributeValue.fromS("2026-11-27T10:00:00Z"))));

    var refused =
        assertThrows(
            IllegalStateException.class, () -> ask("{'release': '198.51.100.9', 'by': 'jane'}"));
    String message = String.valueOf(refused.getMessage());
    assertTrue(message.endsWith(" See RUNBOOK.md, tables-disagree."), message);
    String runbook = Files.readString(Path.of("../infra/docs/RUNBOOK.md"));
    assertTrue(runbook.contains("\n## tables-disagree\n"));
  }

  private static int create(String account, String username, String ip)
      throws IOException, InterruptedException {
    String body =
        "{\"username\": \"%s\", \"ipAuthentication\": {\"ip\": \"%s\"}}".formatted(username, ip);
    return platform.send(account, "POST", "/v1/smtp-users", body).statusCode();
  }

  private static String ask(String event) throws IOException {
    var answer = new ByteArrayOutputStream();
    new OperatorHandler(Platform.tables(), platform.tableNames(), Duration.ofDays(1))
        .handleRequest(
            new ByteArrayInputStream(event.replace('\'', '"').getBytes(UTF_8)),
            answer,
            new MockLambdaContext());
    return answer.toString(UTF_8).replace('"', '\'');
  }
}
