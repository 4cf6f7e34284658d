package dev.ipauth.functions.messages;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import dev.ipauth.tables.MessageId;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** An account's messages, as they are told to it and to nobody else. */
@Singleton
public final class MessageLog {
  // Greater than all that an id is made of.
  private static final String AFTER_ALL = "~";

  private final DynamoDbClient dynamoDb;
  private final MessageTables tables;
  private final MessageRetention retention;
  private final InstantSource clock;

  MessageLog(
      DynamoDbClient dynamoDb,
      MessageTables tables,
      MessageRetention retention,
      InstantSource clock) {
    this.dynamoDb = dynamoDb;
    this.tables = tables;
    this.retention = retention;
    this.clock = clock;
  }

  /**
   * Which of an account's are asked for.
   *
   * @param username null for all
   * @param outcomes empty for all
   * @param from included; null for as long as they are kept
   * @param until not included; null for now
   */
  public record Filter(
      @Nullable String username,
      Set<Outcome> outcomes,
      @Nullable Instant from,
      @Nullable Instant until) {}

  /**
   * Some of them, newest first.
   *
   * @param next behind which the list goes on; null at its end
   */
  public record Found(List<LoggedMessage> messages, @Nullable String next) {}

  /** A message with what happened to it, oldest first. */
  public record Story(LoggedMessage message, List<HistoryEntry> history) {}

  /**
   * A page; shorter than asked for where the filter leaves much out.
   *
   * @param after an id that the page begins behind; null for the first page
   */
  public Found page(String accountId, Filter filter, @Nullable String after, int limit) {
    Instant kept = retention.earliest(clock.instant());
    Instant from = filter.from();
    String low = MessageId.earliestAt(from == null || from.isBefore(kept) ? kept : from);
    Instant until = filter.until();
    String high = until == null ? AFTER_ALL : MessageId.earliestAt(until);
    String start = after == null || after.compareTo(high) > 0 ? high : after;
    if (!retention.keepsMessages() || low.compareTo(start) >= 0) {
      return new Found(List.of(), null);
    }
    List<String> shards = Shard.asked(accountId, filter.username());
    return new Listing(dynamoDb, tables.messages(), shards, filter, low).page(start, limit);
  }

  /** One of the account's; null when there is none of this id. */
  public @Nullable Story find(String accountId, String id) {
    MessageRow row = row(accountId, id);
    if (row == null || row.taken() == null) {
      return null;
    }
    var history = new ArrayList<HistoryEntry>();
    history.add(HistoryEntry.of(row.taken()));
    dynamoDb
        .queryPaginator(
            query ->
                query
                    .tableName(tables.messages())
                    .keyConditionExpression("accountShard = :shard")
                    .expressionAttributeValues(
                        Map.of(":shard", fromS(HistoryEntry.shard(accountId, id)))))
        .items()
        .forEach(entry -> history.add(HistoryEntry.read(entry)));
    history.sort(HistoryEntry.order(row.taken()));
    return new Story(LoggedMessage.of(row), List.copyOf(history));
  }

  private @Nullable MessageRow row(String accountId, String id) {
    Instant begun = MessageId.time(id);
    if (begun == null || !begun.isAfter(retention.earliest(clock.instant()))) {
      return null;
    }
    List<Map<String, AttributeValue>> keys =
        Shard.all(accountId).stream().map(shard -> MessageColumns.key(shard, id)).toList();
    List<Map<String, AttributeValue>> rows = BatchRead.rows(dynamoDb, tables.messages(), keys);
    return rows.isEmpty() ? null : MessageColumns.read(rows.getFirst());
  }
}
