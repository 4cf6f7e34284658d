package dev.ipauth.functions.messages;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import jakarta.inject.Singleton;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What an account has sent, by day. */
@Singleton
public final class Usage {
  private final DynamoDbClient dynamoDb;
  private final MessageTables tables;

  Usage(DynamoDbClient dynamoDb, MessageTables tables) {
    this.dynamoDb = dynamoDb;
    this.tables = tables;
  }

  /**
   * Each day's counts, zeroes included.
   *
   * @param username null for the whole account
   * @param until included
   */
  public Map<LocalDate, Counts> days(
      String accountId, @Nullable String username, LocalDate from, LocalDate until) {
    List<String> shards = Shard.asked(accountId, username);
    Map<LocalDate, Counts> days = new TreeMap<>();
    from.datesUntil(until.plusDays(1)).forEach(day -> days.put(day, Counts.NONE));
    for (Map<LocalDate, Counts> some :
        Parallel.map(shards, shard -> read(shard, username, from, until))) {
      some.forEach((day, counts) -> days.merge(day, counts, Counts::plus));
    }
    return days;
  }

  private Map<LocalDate, Counts> read(
      String shard, @Nullable String username, LocalDate from, LocalDate until) {
    Map<LocalDate, Counts> days = new TreeMap<>();
    // A row's key is its day, a space, and the SMTP user.
    Map<String, AttributeValue> values =
        Map.of(
            ":shard", fromS(shard),
            ":from", fromS(from.toString()),
            ":until", fromS(until.plusDays(1).toString()));
    dynamoDb
        .queryPaginator(
            query ->
                query
                    .tableName(tables.usage())
                    .keyConditionExpression(
                        "accountShard = :shard AND dayOfUser BETWEEN :from AND :until")
                    .expressionAttributeValues(values))
        .items()
        .stream()
        .filter(row -> username == null || username.equals(UsageColumns.username(row)))
        .forEach(row -> days.merge(UsageColumns.day(row), UsageColumns.counts(row), Counts::plus));
    return days;
  }
}
