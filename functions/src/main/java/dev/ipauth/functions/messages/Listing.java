package dev.ipauth.functions.messages;

import static java.util.Objects.requireNonNull;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/**
 * A page of an account's messages, newest first, put together of its shards.
 *
 * <p>A filter may leave out nearly all of millions of rows. So no more than some thousands are
 * looked at for one page; then it ends where every shard has been read, and the next goes on there.
 * That is the frontier: behind it, a shard that hasn't been read so far may have newer messages
 * than were found in others, and those wait for the next page.
 */
final class Listing {
  private static final int ROUNDS = 4;
  private static final int FILTERED_ROWS = 1600;

  private final DynamoDbClient dynamoDb;
  private final String table;
  private final List<String> shards;
  private final MessageLog.Filter asked;

  /** What no id that is asked for is less than. */
  private final String low;

  Listing(
      DynamoDbClient dynamoDb,
      String table,
      List<String> shards,
      MessageLog.Filter asked,
      String low) {
    this.dynamoDb = dynamoDb;
    this.table = table;
    this.shards = shards;
    this.asked = asked;
    this.low = low;
  }

  /**
   * One shard, read so far.
   *
   * @param reached all that isn't less has been read; null when nothing is left
   */
  private record Reading(String shard, @Nullable String reached, List<MessageRow> found) {}

  /**
   * Reads a page.
   *
   * @param start what all ids in it are less than
   */
  MessageLog.Found page(String start, int limit) {
    List<Reading> readings =
        shards.stream().map(shard -> new Reading(shard, start, List.of())).toList();
    boolean filters = asked.username() != null || !asked.outcomes().isEmpty();
    int rows = filters ? Math.max(limit, FILTERED_ROWS / readings.size()) : limit;
    for (int round = 0; round < ROUNDS; round++) {
      // One is there already, and one more tells whether the list goes on.
      readings = Parallel.map(readings, reading -> readOn(reading, rows + 2));
      if (frontier(readings) == null || sure(readings).size() > limit) {
        break;
      }
    }
    List<MessageRow> sure = sure(readings);
    List<MessageRow> shown = sure.subList(0, Math.min(limit, sure.size()));
    return new MessageLog.Found(
        shown.stream().map(LoggedMessage::of).toList(),
        sure.size() > limit ? shown.getLast().id() : frontier(readings));
  }

  /** All that isn't less has been read in every shard; null when nothing is left in any. */
  private static @Nullable String frontier(List<Reading> readings) {
    return readings.stream()
        .map(Reading::reached)
        .filter(Objects::nonNull)
        .max(Comparator.naturalOrder())
        .orElse(null);
  }

  /** Those that no shard can have any before. */
  private static List<MessageRow> sure(List<Reading> readings) {
    String frontier = frontier(readings);
    return readings.stream()
        .flatMap(reading -> reading.found().stream())
        .filter(row -> frontier == null || row.id().compareTo(frontier) >= 0)
        .sorted(Comparator.comparing(MessageRow::id).reversed())
        .toList();
  }

  private Reading readOn(Reading reading, int rows) {
    String from = reading.reached();
    if (from == null) {
      return reading;
    }
    QueryResponse page =
        dynamoDb.query(
            query ->
                query
                    .tableName(table)
                    .keyConditionExpression("accountShard = :shard AND id BETWEEN :low AND :from")
                    .filterExpression(filter())
                    .expressionAttributeValues(values(reading.shard(), from))
                    .scanIndexForward(false)
                    .limit(rows));
    var found = new ArrayList<>(reading.found());
    page.items().stream()
        .map(MessageColumns::read)
        .filter(row -> row.id().compareTo(from) < 0)
        .forEach(found::add);
    return new Reading(
        reading.shard(),
        page.hasLastEvaluatedKey()
            ? requireNonNull(page.lastEvaluatedKey().get(MessageColumns.ID)).s()
            : null,
        found);
  }

  private String filter() {
    var filter = new ArrayList<String>();
    filter.add("attribute_exists(outcome)");
    if (asked.username() != null) {
      filter.add("username = :username");
    }
    if (!asked.outcomes().isEmpty()) {
      List<String> words = asked.outcomes().stream().map(outcome -> ":" + outcome.word()).toList();
      filter.add("outcome IN (" + String.join(", ", words) + ")");
    }
    return String.join(" AND ", filter);
  }

  private Map<String, AttributeValue> values(String shard, String from) {
    Map<String, AttributeValue> values = new HashMap<>();
    values.put(":shard", fromS(shard));
    values.put(":low", fromS(low));
    values.put(":from", fromS(from));
    if (asked.username() != null) {
      values.put(":username", fromS(asked.username()));
    }
    asked.outcomes().forEach(outcome -> values.put(":" + outcome.word(), fromS(outcome.word())));
    return values;
  }
}
