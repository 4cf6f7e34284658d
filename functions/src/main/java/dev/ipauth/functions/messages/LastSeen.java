package dev.ipauth.functions.messages;

import static java.util.Objects.requireNonNull;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import dev.ipauth.tables.MessageId;
import dev.ipauth.tables.SmtpUser;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/** The newest message or refusal of each SMTP user. */
@Singleton
public final class LastSeen {
  private static final String KEY = "userOfAccount";
  private static final String ID = "id";
  private static final String RANK = "rank";

  /** Newer, or the same with more known of it; ids sort by time. */
  private static final String IS_NEWER =
      "attribute_not_exists(id) OR id < :id OR (id = :id AND #rank < :rank)";

  // More than a message has lines.
  private static final long OUTCOME_RANK = 1_000_000;
  private static final Comparator<MessageRow> NEWEST =
      Comparator.comparing(MessageRow::id).thenComparing(LastSeen::rank);

  private final DynamoDbClient dynamoDb;
  private final MessageTables tables;
  private final MessageRetention retention;
  private final InstantSource clock;

  LastSeen(
      DynamoDbClient dynamoDb,
      MessageTables tables,
      MessageRetention retention,
      InstantSource clock) {
    this.dynamoDb = dynamoDb;
    this.tables = tables;
    this.retention = retention;
    this.clock = clock;
  }

  /** What it is shown as. */
  public record Seen(
      Instant at,
      String ip,
      @Nullable String authenticatedBy,
      @Nullable String helo,
      @Nullable String tls,
      @Nullable String mailFrom,
      Outcome outcome,
      @Nullable String reply) {}

  private record Owner(String accountId, String username) {
    static Owner of(MessageRow row) {
      return new Owner(row.accountId(), row.username());
    }

    Map<String, AttributeValue> key() {
      // A username holds no space, so no two pairs meet.
      return Map.of(KEY, fromS(username + " " + accountId));
    }
  }

  /** Remembers the newest of each SMTP user among these; one write for each. */
  void remember(Collection<MessageRow> rows) {
    Map<Owner, MessageRow> newest =
        rows.stream()
            .filter(row -> row.outcome() != null)
            .collect(Collectors.toMap(Owner::of, row -> row, BinaryOperator.maxBy(NEWEST)));
    Retrying.forEach(newest.entrySet(), one -> write(one.getKey(), one.getValue()));
  }

  private static long rank(MessageRow row) {
    Outcome outcome = row.outcome();
    return outcome == null ? -1 : outcome.rank() * OUTCOME_RANK + row.settled().size();
  }

  private void write(Owner owner, MessageRow row) {
    Taken taken = requireNonNull(row.taken());
    Map<String, AttributeValue> columns =
        new HashMap<>(
            new RowWriter()
                .text(ID, row.id())
                .number(RANK, rank(row))
                .number("expiresAt", retention.expiry(row.id()).getEpochSecond())
                .text("ip", taken.ip())
                .text("by", taken.authenticatedBy())
                .text("helo", taken.helo())
                .text("tls", taken.tls())
                .text("mailFrom", taken.mailFrom())
                .text("outcome", requireNonNull(row.outcome()).word())
                .text("reply", row.reply())
                .row());
    Map<String, AttributeValue> compared =
        Map.of(":id", columns.get(ID), ":rank", columns.get(RANK));
    columns.putAll(owner.key());
    try {
      dynamoDb.putItem(
          put ->
              put.tableName(tables.lastSeen())
                  .item(columns)
                  .conditionExpression(IS_NEWER)
                  .expressionAttributeNames(Map.of("#rank", RANK))
                  .expressionAttributeValues(compared));
    } catch (ConditionalCheckFailedException _) {
      // Something newer is known.
    }
  }

  // --- Reading -----------------------------------------------------------------------------------

  /** Of an SMTP user, and not of an earlier one of its name; null when there is nothing. */
  public @Nullable Seen of(SmtpUser user) {
    return of(List.of(user)).get(user.username().text());
  }

  /** Of each, by username, where there is one. No more than a hundred. */
  public Map<String, Seen> of(List<SmtpUser> users) {
    if (users.isEmpty() || !retention.keepsMessages()) {
      return Map.of();
    }
    Map<Map<String, AttributeValue>, SmtpUser> byKey = new HashMap<>();
    users.forEach(
        user -> byKey.put(new Owner(user.accountId(), user.username().text()).key(), user));
    Map<String, Seen> seen = new HashMap<>();
    for (var row : BatchRead.rows(dynamoDb, tables.lastSeen(), byKey.keySet())) {
      SmtpUser user = byKey.get(Map.of(KEY, requireNonNull(row.get(KEY))));
      Seen read = read(row);
      if (user != null && isOf(read, user)) {
        seen.put(user.username().text(), read);
      }
    }
    return seen;
  }

  private boolean isOf(Seen seen, SmtpUser user) {
    return !seen.at().isBefore(user.createdAt())
        && seen.at().isAfter(retention.earliest(clock.instant()));
  }

  private static Seen read(Map<String, AttributeValue> row) {
    var read = new RowReader(row);
    return new Seen(
        MessageId.timeOf(read.required(ID)),
        read.required("ip"),
        read.text("by"),
        read.text("helo"),
        read.text("tls"),
        read.text("mailFrom"),
        Outcome.of(read.required("outcome")).orElseThrow(),
        read.text("reply"));
  }
}
