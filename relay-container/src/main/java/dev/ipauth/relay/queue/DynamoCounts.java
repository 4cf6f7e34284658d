package dev.ipauth.relay.queue;

import dev.ipauth.relay.queue.QueueTable.Count;
import dev.ipauth.tables.QueueRows;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;

/** Rows of {@code Queue} that count, and last for as long as the count. */
final class DynamoCounts {
  private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(5);
  private static final Map<String, String> NAMES = Map.of("#due", QueueRows.DUE);

  private final DynamoDbClient client;
  private final String table;

  DynamoCounts(DynamoDbClient client, String table) {
    this.client = client;
    this.table = table;
  }

  /** As {@link QueueTable#count}. */
  Count count(String id, Instant now, Instant until) {
    // By another relay's clock, a count may last a little longer than one that begins now.
    var bounds = Map.of(":now", millis(now), ":latest", millis(until.plus(CLOCKS_DIFFER)));
    while (true) {
      Optional<Count> count = countOne(id, bounds);
      if (count.isPresent()) {
        return count.get();
      }
      if (begins(QueueRows.writeCount(id, now, until), bounds)) {
        return new Count(1, until);
      }
    }
  }

  private Optional<Count> countOne(String id, Map<String, AttributeValue> bounds) {
    var values = new HashMap<>(bounds);
    values.put(":one", AttributeValue.fromN("1"));
    try {
      Map<String, AttributeValue> row =
          client
              .updateItem(
                  r ->
                      r.tableName(table)
                          .key(Map.of(QueueRows.ID, AttributeValue.fromS(id)))
                          .updateExpression("ADD counted :one, version :one")
                          .conditionExpression("#due > :now AND #due <= :latest")
                          .expressionAttributeNames(NAMES)
                          .expressionAttributeValues(values)
                          .returnValues(ReturnValue.ALL_NEW))
              .attributes();
      Instant until = QueueRows.read(row).progress().due();
      return Optional.of(new Count(QueueRows.counted(row), until));
    } catch (ConditionalCheckFailedException _) {
      return Optional.empty();
    }
  }

  private boolean begins(Map<String, AttributeValue> row, Map<String, AttributeValue> bounds) {
    try {
      client.putItem(
          r ->
              r.tableName(table)
                  .item(row)
                  .conditionExpression("attribute_not_exists(id) OR #due <= :now OR #due > :latest")
                  .expressionAttributeNames(NAMES)
                  .expressionAttributeValues(bounds));
      return true;
    } catch (ConditionalCheckFailedException _) {
      // Another relay was first.
      return false;
    }
  }

  private static AttributeValue millis(Instant time) {
    return AttributeValue.fromN(Long.toString(time.toEpochMilli()));
  }
}
