package dev.ipauth.tables;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * Gives a kept message up: the one change of a row of {@code Queue} that isn't only the relay's. It
 * is a mark, which loses to an attempt under way; the next relay that comes by writes the line that
 * tells of it, and removes row and text. From then on the message counts as gone.
 */
public final class QueueDrop {
  /** Who dropped it. The names are part of the log's format. */
  public enum By {
    OPERATOR("operator"),
    ACCOUNT("account");

    private final String text;

    By(String text) {
      this.text = text;
    }
  }

  private static final String CAN_BE_DROPPED =
      "attribute_exists(id) AND attribute_not_exists(droppedBy)"
          + " AND (attribute_not_exists(leaseUntil) OR leaseUntil <= :now)";

  private QueueDrop() {}

  /**
   * The write. When its condition fails, the exception has the row as it was, for {@link #refusal}.
   *
   * @param accountId whose message it must be; null for anybody's
   */
  public static UpdateItemRequest request(
      String table, String id, @Nullable String accountId, By by, Instant now) {
    var values = new HashMap<String, AttributeValue>();
    values.put(":now", AttributeValue.fromN(Long.toString(now.toEpochMilli())));
    values.put(":by", AttributeValue.fromS(by.text));
    values.put(":shard", AttributeValue.fromS(QueueRows.shard(id)));
    values.put(":version", QueueRows.newVersion());
    if (accountId != null) {
      values.put(":accountId", AttributeValue.fromS(accountId));
    }
    return UpdateItemRequest.builder()
        .tableName(table)
        .key(Map.of(QueueRows.ID, AttributeValue.fromS(id)))
        .updateExpression("SET droppedBy = :by, due = :now, #shard = :shard, version = :version")
        .expressionAttributeNames(Map.of("#shard", QueueRows.SHARD))
        .conditionExpression(
            CAN_BE_DROPPED + (accountId == null ? "" : " AND accountId = :accountId"))
        .expressionAttributeValues(values)
        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
        .build();
  }

  /** Why a message wasn't dropped by this write. */
  public enum Refusal {
    /** There is none, it is another account's, or the relay took it back: it was never accepted. */
    UNKNOWN,
    /** It was dropped before, perhaps by an earlier try of the same write. */
    DROPPED,
    /** An attempt is being made: in a moment it is delivered, or can be dropped. */
    UNDER_WAY
  }

  /**
   * Reads why the condition failed.
   *
   * @param row as the exception has it; empty when there is none
   */
  public static Refusal refusal(Map<String, AttributeValue> row, @Nullable String accountId) {
    AttributeValue owner = row.get(QueueRows.ACCOUNT_ID);
    boolean isTheirs = accountId == null || (owner != null && accountId.equals(owner.s()));
    AttributeValue droppedBy = row.get(QueueRows.DROPPED_BY);
    boolean isTakenBack = droppedBy != null && droppedBy.s().equals(QueuedMessage.Mark.RELAY);
    if (row.isEmpty() || !isTheirs || isTakenBack) {
      return Refusal.UNKNOWN;
    }
    return droppedBy == null ? Refusal.UNDER_WAY : Refusal.DROPPED;
  }
}
