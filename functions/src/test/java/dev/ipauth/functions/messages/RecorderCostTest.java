package dev.ipauth.functions.messages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.tables.MessageId;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** What COST.md says that a batch of lines writes, of messages that are delivered at once. */
class RecorderCostTest {
  private static final int UNIT_OCTETS = 1024;

  private final AtomicInteger units = new AtomicInteger();

  @ParameterizedTest
  @CsvSource({
    // lines, SMTP users, units at most
    " 1,  1,  6",
    "10,  1, 17",
    "10, 10, 44"
  })
  void aBatchWritesNoMoreThanItIsSaidToCost(int lines, int users, int most) {
    try (var tables = new Tables()) {
      recorder(tables)
          .record(IntStream.range(0, lines).mapToObj(i -> line(i, "user-" + i % users)).toList());

      assertEquals(lines, rows(tables, "Messages").size());
      for (String table : List.of("Messages", "Usage", "CountedLines", "LastSeen")) {
        for (Map<String, AttributeValue> row : rows(tables, table)) {
          assertTrue(octets(row) <= UNIT_OCTETS, () -> "More than a unit: " + table + " " + row);
        }
      }
      assertTrue(units.get() > lines, "Nothing was counted");
      assertTrue(units.get() <= most, () -> units + " units");
    }
  }

  private Recorder recorder(Tables tables) {
    var counting =
        (DynamoDbClient)
            Proxy.newProxyInstance(
                DynamoDbClient.class.getClassLoader(),
                new Class<?>[] {DynamoDbClient.class},
                (proxy, method, arguments) -> counted(tables.client, proxy, method, arguments));
    return Tables.recorder(
        counting,
        new MessageRetention(Duration.ofDays(30)),
        Clock.fixed(Tables.NOW, ZoneOffset.UTC));
  }

  private @Nullable Object counted(
      DynamoDbClient client, Object proxy, Method method, Object[] arguments) throws Throwable {
    int written =
        switch (arguments[0]) {
          case PutItemRequest _, UpdateItemRequest _ -> 1;
          // Each is prepared, and then made.
          case TransactWriteItemsRequest transaction -> 2 * transaction.transactItems().size();
          default -> 0;
        };
    if (written == 0) {
      return InvocationHandler.invokeDefault(proxy, method, arguments);
    }
    units.addAndGet(written);
    try {
      return method.invoke(client, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static List<Map<String, AttributeValue>> rows(Tables tables, String table) {
    return tables.client.scan(scan -> scan.tableName(table)).items();
  }

  /** As DynamoDB counts: names and values. */
  private static int octets(Map<String, AttributeValue> row) {
    return row.entrySet().stream()
        .mapToInt(column -> octets(column.getKey()) + octets(column.getValue()))
        .sum();
  }

  private static int octets(AttributeValue value) {
    return switch (value.type()) {
      case S -> octets(value.s());
      case N -> octets(value.n());
      case NS -> value.ns().stream().mapToInt(RecorderCostTest::octets).sum() + 3;
      case L -> value.l().stream().mapToInt(one -> octets(one) + 1).sum() + 3;
      case M -> octets(value.m()) + value.m().size() + 3;
      default -> throw new IllegalArgumentException("Not reckoned with: " + value);
    };
  }

  private static int octets(String text) {
    return text.getBytes(UTF_8).length;
  }

  private static String line(int number, String username) {
    Instant at = Tables.NOW.minusSeconds(number);
    return """
        {"event":"message","at":"%s","line":"1k2j3h-%s","id":"%s","smtpUser":"%s",\
        "accountId":"auth0|5f7c8ec7c33c6c004bbafe82","ip":"198.51.100.7","authenticatedBy":"ip",\
        "helo":"SCANNER2F","tls":"TLSv1.3","mailFrom":"scans@example.com",\
        "recipients":["boss@example.net"],"bytes":1000000,"outcome":"delivered",\
        "reply":"250 2.0.0 Ok 0102019375fe0c3a-9d7b2f5e-3f0d-4f4c","millis":812}"""
        .formatted(at, number, MessageId.begunAt(at.toEpochMilli(), number), username);
  }
}
