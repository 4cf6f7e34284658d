package dev.ipauth.relay.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.Username;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;

/** What {@code infra/relay.yaml} allows the relay in DynamoDB is what it does there. */
class PolicyTest {
  private static final Path TEMPLATE = Path.of("../infra/relay.yaml");

  private final Set<String> asked = new TreeSet<>();
  private final Set<String> tables = new TreeSet<>();

  @Test
  void theRelayMayReadTwoTablesAndNothingElse() throws IOException {
    var settings =
        new DynamoTables.Settings("SmtpUsers", "IpAuthentications", 1, Duration.ofMinutes(1));
    var reading = new DynamoTables(client(), settings);
    refused(() -> reading.ipAuthentication(IpAddress.parse("198.51.100.7")));
    refused(() -> reading.smtpUser(new Username("scanner-2f")));
    refused(reading::probe);
    assertEquals(Set.of("SmtpUsers", "IpAuthentications"), tables);
    assertThrows(
        DynamoDbException.class,
        () -> new DynamoTable(client(), "SmtpUsers", "username").many(Set.of("scanner-2f")));
    assertEquals(Set.of("getItem", "batchGetItem"), asked);
    assertEquals(3, Tables.class.getDeclaredMethods().length, "a way to the tables untried here");

    assertEquals(
        Set.of("[dynamodb:GetItem, dynamodb:BatchGetItem]"),
        found(
            Files.readString(TEMPLATE),
            "\\[dynamodb:[^\\n]*](?=\\n +Resource: \\[!Ref SmtpUsersArn, !Ref IpAuthenticationsArn]\\n)"));
  }

  @Test
  void nobodyButTheTablesIsAskedOfDynamoDb() throws IOException {
    try (var sources = Files.walk(Path.of("src/main/java"))) {
      Set<String> callers =
          sources
              .filter(source -> source.toString().endsWith(".java"))
              .filter(PolicyTest::usesDynamoDb)
              .map(source -> source.getFileName().toString())
              .collect(Collectors.toCollection(TreeSet::new));
      assertEquals(
          Set.of(
              "DynamoTable.java",
              "DynamoTables.java",
              "DynamoQueueTable.java",
              "DynamoCounts.java",
              "DynamoDrops.java",
              "DynamoRows.java",
              "Conflicts.java",
              "QueueTable.java"),
          callers);
    }
  }

  /** Whether it calls the client rather than handing it on. */
  private static boolean usesDynamoDb(Path source) {
    try {
      return Pattern.compile("dynamodb\\.model\\.|enhanced\\.dynamodb|\\.dynamoDbClient\\(")
          .matcher(Files.readString(source))
          .find();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void refused(Executable lookup) {
    assertInstanceOf(
        DynamoDbException.class, assertThrows(RuntimeException.class, lookup).getCause());
  }

  /** Writes down what it is asked for, and refuses it. */
  private DynamoDbClient client() {
    return (DynamoDbClient)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {DynamoDbClient.class},
            (proxy, method, arguments) -> {
              asked.add(method.getName());
              if (arguments[0] instanceof GetItemRequest get) {
                tables.add(get.tableName());
              }
              throw DynamoDbException.builder().message("refused").build();
            });
  }

  private static Set<String> found(String text, String pattern) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map(match -> match.group())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
