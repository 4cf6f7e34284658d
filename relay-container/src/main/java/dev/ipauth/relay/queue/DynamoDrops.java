package dev.ipauth.relay.queue;

import dev.ipauth.tables.QueueRows;
import dev.ipauth.tables.QueuedMessage;
import java.time.Instant;
import java.util.Map;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/**
 * How rows that are dropped go. Before one is removed it gets a version that nobody else knows, and
 * is due later: so when it is gone, whoever gave it that version has removed it.
 */
final class DynamoDrops {
  private final DynamoRows rows;

  DynamoDrops(DynamoRows rows) {
    this.rows = rows;
  }

  /** As {@link QueueTable#removeDropped}. */
  boolean remove(QueuedMessage read, Instant until) {
    AttributeValue own = QueueRows.newVersion();
    return isTaken(read, own, until) && isEnded(read.id(), own);
  }

  private boolean isTaken(QueuedMessage read, AttributeValue own, Instant until) {
    var values =
        Map.of(
            ":read", number(read.version()), ":own", own, ":until", number(until.toEpochMilli()));
    try {
      rows.ask(
          () ->
              rows.client()
                  .updateItem(
                      r ->
                          r.tableName(rows.table())
                              .key(DynamoRows.key(read.id()))
                              .updateExpression("SET version = :own, #due = :until")
                              .conditionExpression(
                                  "version = :read AND attribute_exists(droppedBy)")
                              .expressionAttributeNames(Map.of("#due", QueueRows.DUE))
                              .expressionAttributeValues(values)));
      return true;
    } catch (ConditionalCheckFailedException _) {
      return isVersion(read.id(), own);
    } catch (SdkException e) {
      if (isVersion(read.id(), own)) {
        return true;
      }
      throw e;
    }
  }

  private boolean isVersion(String id, AttributeValue version) {
    return rows.row(id).filter(row -> version.equals(row.get(QueueRows.VERSION))).isPresent();
  }

  /** Nobody else is at it by now. */
  private boolean isEnded(String id, AttributeValue own) {
    try {
      rows.ask(
          () ->
              rows.client()
                  .deleteItem(
                      r ->
                          r.tableName(rows.table())
                              .key(DynamoRows.key(id))
                              .conditionExpression("version = :own")
                              .expressionAttributeValues(Map.of(":own", own))));
      return true;
    } catch (ConditionalCheckFailedException _) {
      return rows.row(id).isEmpty();
    } catch (SdkException e) {
      if (rows.row(id).isEmpty()) {
        return true;
      }
      throw e;
    }
  }

  private static AttributeValue number(long value) {
    return AttributeValue.fromN(Long.toString(value));
  }
}
