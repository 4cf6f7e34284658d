package dev.ipauth.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** This version was deployed back: the tables have columns that it doesn't know. */
class NewerColumnsTest {
  private static final String PRINTER = "/v1/smtp-users/printer";
  private static final Map<String, AttributeValue> KEY = Map.of("username", fromS("printer"));
  private static final AttributeValue DEAR = fromS("dear to a newer version");

  private final Platform platform = Platform.start();

  @BeforeEach
  void aUserOfANewerVersion() throws IOException, InterruptedException {
    String user =
        "{\"username\": \"printer\", \"description\": \"lobby\","
            + " \"ipAuthentication\": {\"ip\": \"198.51.100.7\"}}";
    assertEquals(201, platform.send("acme", "POST", "/v1/smtp-users", user).statusCode());
    Platform.tables()
        .updateItem(
            update ->
                update
                    .tableName(platform.table("smtp-users-table"))
                    .key(KEY)
                    .updateExpression("SET newer = :newer")
                    .expressionAttributeValues(Map.of(":newer", DEAR)));
  }

  @AfterEach
  void stop() {
    platform.close();
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "PATCH  | ''                 | {\"enabled\": false, \"description\": null}",
        "PUT    | /ip-authentication | {\"ip\": \"198.51.100.8\"}",
        "DELETE | /ip-authentication | ''",
        "PUT    | /ip-restrictions   | {\"networks\": [\"192.0.2.0/24\"]}",
        "PUT    | /allowed-senders   | {\"senders\": [\"@example.com\"]}",
        "POST   | /password          | ''"
      })
  void aChangeLeavesThemAlone(String method, String path, String body)
      throws IOException, InterruptedException {
    assertEquals(2, platform.send("acme", method, PRINTER + path, body).statusCode() / 100);

    assertEquals(DEAR, row().get("newer"));
  }

  @Test
  void whatIsTakenAwayIsGone() throws IOException, InterruptedException {
    platform.send("acme", "PATCH", PRINTER, "{\"description\": null}");
    platform.send("acme", "DELETE", PRINTER + "/ip-authentication", "");

    Map<String, AttributeValue> row = row();
    assertNull(row.get("description"));
    assertNull(row.get("ip"));
    assertNull(row.get("ipSince"));
  }

  private Map<String, AttributeValue> row() {
    return Platform.tables()
        .getItem(
            get -> get.tableName(platform.table("smtp-users-table")).key(KEY).consistentRead(true))
        .item();
  }
}
