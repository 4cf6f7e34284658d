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
 *
 * <p>Rows may be large, and there are many shards. So a few are read of each at first, then more of
 * those that may have some for the page, and what is no part of it isn't kept.
 */
final class Listing {
  private static final int ROUNDS = 4;

  /** A round reads as many times more rows of a shard than the one before. */
  private static final int GROWTH = 4;

  /** Of all shards together: at least in the first round, and at most in any. */
  private static final int FIRST_FILTERED_ROWS = 100;

  private static final int MOST_ROWS = 1600;

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
  private record Reading(String shard, @Nullable String reached, List<MessageRow> found) {
    /** Whether none that isn't read yet comes before this one. */
    boolean isBehind(String id) {
      return reached == null || reached.compareTo(id) <= 0;
    }

    /** Without those that come behind this one. */
    Reading from(String id) {
      return new Reading(
          shard, reached, found.stream().filter(row -> row.id().compareTo(id) >= 0).toList());
    }
  }

  /**
   * Reads a page.
   *
   * @param start what all ids in it are less than
   */
  MessageLog.Found page(String start, int limit) {
    List<Reading> readings =
        shards.stream().map(shard -> new Reading(shard, start, List.of())).toList();
    boolean filters = asked.username() != null || !asked.outcomes().isEmpty();
    int first = filters ? Math.max(limit, FIRST_FILTERED_ROWS) : limit;
    int most = Math.max(limit, MOST_ROWS / readings.size());
    int rows = (first + readings.size() - 1) / readings.size();
    for (int round = 0; round < ROUNDS; round++) {
      readings = readOn(readings, limit, rows);
      if (frontier(readings) == null || sure(readings).size() > limit) {
        break;
      }
      rows = Math.min(GROWTH * rows, most);
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

  /** Reads more of those shards that may have some for the page, and keeps only what is for it. */
  private List<Reading> readOn(List<Reading> readings, int limit, int rows) {
    String last = last(readings, limit);
    // One is there already, and one more tells whether the list goes on.
    List<Reading> on =
        Parallel.map(
            readings, reading -> reading.isBehind(last) ? reading : readOn(reading, rows + 2));
    String lastNow = last(on, limit);
    return on.stream().map(reading -> reading.from(lastNow)).toList();
  }

  /** The first behind the page, among those found so far; less than all ids while there is none. */
  private static String last(List<Reading> readings, int limit) {
    return readings.stream()
        .flatMap(reading -> reading.found().stream())
        .map(MessageRow::id)
        .sorted(Comparator.reverseOrder())
        .skip(limit)
        .findFirst()
        .orElse("");
  }

  private Reading readOn(Reading reading, int rows) {
    String from = requireNonNull(reading.reached());
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
