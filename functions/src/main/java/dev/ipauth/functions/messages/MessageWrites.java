package dev.ipauth.functions.messages;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromN;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import dev.ipauth.tables.MessageId;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;

/**
 * Writes {@code Messages}. Each write is under the condition that the row is as it was read, or
 * isn't there; so lines of one message may be worked on by any number at once, and a line that
 * comes twice adds nothing.
 */
@Singleton
final class MessageWrites {
  private static final String IS_NEW = "attribute_not_exists(id)";
  private static final String IS_AS_READ = "version = :read";

  /** More rounds than a message has lines: the table must be failing to return the old row. */
  private static final int ROUNDS = 20;

  private final DynamoDbClient dynamoDb;
  private final MessageTables tables;
  private final MessageRetention retention;

  MessageWrites(DynamoDbClient dynamoDb, MessageTables tables, MessageRetention retention) {
    this.dynamoDb = dynamoDb;
    this.tables = tables;
    this.retention = retention;
  }

  /** Adds what a line says; the rows of its SMTP user that may be the newest by now. */
  List<MessageRow> add(Line line) {
    return switch (line) {
      case Line.Ended ended ->
          List.of(merge(line.origin(), ended.id(), row -> row.with(ended.taken())));
      case Line.MailRefused(var origin, var taken) -> List.of(put(refused(origin, taken)));
      case Line.ConnectionRefused(var origin, var taken) -> List.of(put(refused(origin, taken)));
      case Line.AuthRefused refused -> List.of(authRefused(refused));
      case Line.RecipientRefused refused -> {
        putHistory(refused.origin().accountId(), refused.id(), HistoryEntry.of(refused));
        yield List.of();
      }
      case Line.Later later -> {
        putHistory(later.origin().accountId(), later.id(), HistoryEntry.of(later));
        yield later.outcome() == null
            ? List.of()
            : List.of(merge(line.origin(), later.id(), row -> row.with(later)));
      }
    };
  }

  private static MessageRow refused(Line.Origin origin, Taken taken) {
    String id = MessageId.of(taken.at(), taken.line());
    return MessageRow.unknown(origin.accountId(), origin.username(), id).with(taken);
  }

  /** Mostly the row is new, and one write is all. */
  private MessageRow merge(Line.Origin origin, String id, UnaryOperator<MessageRow> line) {
    MessageRow read = MessageRow.unknown(origin.accountId(), origin.username(), id);
    for (int round = 0; round < ROUNDS; round++) {
      MessageRow next = line.apply(read);
      if (next.equals(read)) {
        return read;
      }
      MessageRow there = putUnless(read, next);
      if (there == null) {
        return next;
      }
      read = there;
    }
    throw otherEveryTime(id);
  }

  private static IllegalStateException otherEveryTime(String what) {
    return new IllegalStateException("The row of " + what + " is another every time");
  }

  private MessageRow put(MessageRow row) {
    putUnless(MessageRow.unknown(row.accountId(), row.username(), row.id()), row);
    return row;
  }

  /** Puts a row; or, where it isn't as it was read, says what is there. */
  private @Nullable MessageRow putUnless(MessageRow read, MessageRow next) {
    boolean isNew = read.version() == 0;
    try {
      dynamoDb.putItem(
          put ->
              put.tableName(tables.messages())
                  .item(MessageColumns.write(next, retention.expiry(next.id())))
                  .conditionExpression(isNew ? IS_NEW : IS_AS_READ)
                  .expressionAttributeValues(
                      isNew ? null : Map.of(":read", fromN(Long.toString(read.version()))))
                  .returnValuesOnConditionCheckFailure(
                      ReturnValuesOnConditionCheckFailure.ALL_OLD));
      return null;
    } catch (ConditionalCheckFailedException e) {
      // A row that was deleted meanwhile is over: it is as if it had never been.
      return e.hasItem() && !e.item().isEmpty()
          ? MessageColumns.read(e.item())
          : MessageRow.unknown(next.accountId(), next.username(), next.id());
    }
  }

  private void putHistory(String accountId, String id, HistoryEntry entry) {
    dynamoDb.putItem(
        put ->
            put.tableName(tables.messages()).item(entry.row(accountId, id, retention.expiry(id))));
  }

  // --- Refused AUTHs -----------------------------------------------------------------------------

  /**
   * Of those of a minute one is kept, or a stranger who guesses passwords could fill an account's
   * log. Which one doesn't depend on the order they come in: one with the right password before one
   * with a wrong one, then the first. A row of its own says which it is.
   */
  private MessageRow authRefused(Line.AuthRefused refused) {
    MessageRow row = refused(refused.origin(), refused.taken());
    String order = (refused.passwordWasRight() ? "a " : "b ") + row.id();
    Map<String, AttributeValue> minute = minute(refused.origin());
    for (int round = 0; round < ROUNDS; round++) {
      Map<String, AttributeValue> read =
          dynamoDb
              .getItem(g -> g.tableName(tables.messages()).key(minute).consistentRead(true))
              .item();
      String kept = new RowReader(read).text("kept");
      if ((kept != null && kept.compareTo(order) <= 0) || keep(row, order, minute, kept)) {
        return row;
      }
    }
    throw otherEveryTime("refused AUTHs of " + refused.origin().username());
  }

  private static Map<String, AttributeValue> minute(Line.Origin origin) {
    return MessageColumns.key(
        "auth " + origin.accountId(),
        origin.username() + " " + origin.at().truncatedTo(ChronoUnit.MINUTES));
  }

  /**
   * @return false when another was kept meanwhile
   */
  private boolean keep(
      MessageRow row, String order, Map<String, AttributeValue> minute, @Nullable String kept) {
    Instant expiry = retention.expiry(row.id());
    Map<String, AttributeValue> marker = new HashMap<>(minute);
    marker.put("kept", fromS(order));
    marker.put(MessageColumns.EXPIRES_AT, fromN(Long.toString(expiry.getEpochSecond())));
    var writes = new ArrayList<TransactWriteItem>();
    Put.Builder put = Put.builder().tableName(tables.messages()).item(marker);
    if (kept == null) {
      put.conditionExpression(IS_NEW);
    } else {
      put.conditionExpression("kept = :kept")
          .expressionAttributeValues(Map.of(":kept", fromS(kept)));
      Map<String, AttributeValue> before =
          MessageColumns.key(Shard.of(row.accountId(), row.username()), kept.substring(2));
      writes.add(
          TransactWriteItem.builder()
              .delete(d -> d.tableName(tables.messages()).key(before))
              .build());
    }
    writes.add(TransactWriteItem.builder().put(put.build()).build());
    writes.add(
        TransactWriteItem.builder()
            .put(p -> p.tableName(tables.messages()).item(MessageColumns.write(row, expiry)))
            .build());
    return Transactional.tryTo(dynamoDb, writes).isEmpty();
  }
}
