package dev.ipauth.functions.messages;

import dev.ipauth.tables.MessageId;
import dev.ipauth.tables.QueueDrop;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/**
 * What of an account's messages is still queued. The rows are the relay's: here one is only marked
 * as dropped, and the relay's line of it tells the message log.
 */
@Singleton
public final class QueuedMessages {
  private final DynamoDbClient dynamoDb;
  private final MessageTables tables;
  private final InstantSource clock;

  QueuedMessages(DynamoDbClient dynamoDb, MessageTables tables, InstantSource clock) {
    this.dynamoDb = dynamoDb;
    this.tables = tables;
    this.clock = clock;
  }

  /** What came of an attempt to drop a message. */
  public enum Drop {
    /** What was queued of it isn't delivered any more. */
    DROPPED,
    /** Nothing of the account's is queued under this id. */
    NOT_QUEUED,
    /** A relay is at it just now. */
    UNDER_WAY
  }

  /** Drops what is still queued of a message. */
  public Drop drop(String accountId, String id) {
    if (MessageId.time(id) == null) {
      return Drop.NOT_QUEUED;
    }
    try {
      dynamoDb.updateItem(
          QueueDrop.request(tables.queue(), id, accountId, QueueDrop.By.ACCOUNT, clock.instant()));
      return Drop.DROPPED;
    } catch (ConditionalCheckFailedException e) {
      return switch (QueueDrop.refusal(e.hasItem() ? e.item() : Map.of(), accountId)) {
        case UNKNOWN -> Drop.NOT_QUEUED;
        // Perhaps by an earlier try of this very write, whose answer was lost.
        case DROPPED -> Drop.DROPPED;
        case UNDER_WAY -> Drop.UNDER_WAY;
      };
    }
  }
}
