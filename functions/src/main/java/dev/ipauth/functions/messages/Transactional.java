package dev.ipauth.functions.messages;

import dev.ipauth.functions.register.Pauses;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** Transactions on rows that others may be writing at the same time. */
final class Transactional {
  private static final String NOT_MET = "ConditionalCheckFailed";
  private static final int TRIES = 12;
  private static final int LONGEST_PAUSE_MILLIS = 1000;

  private Transactional() {}

  /**
   * Makes the writes, all or none of them.
   *
   * @return why not, a reason for each write, when a condition isn't met; nothing when they are
   *     made
   * @throws TransactionCanceledException when another transaction was in the way again and again
   */
  static Optional<List<CancellationReason>> tryTo(
      DynamoDbClient dynamoDb, List<TransactWriteItem> writes) {
    var pauses = new Pauses(LONGEST_PAUSE_MILLIS);
    for (int tries = 1; ; tries++) {
      try {
        dynamoDb.transactWriteItems(t -> t.transactItems(writes));
        return Optional.empty();
      } catch (TransactionCanceledException e) {
        if (e.cancellationReasons().stream().anyMatch(reason -> NOT_MET.equals(reason.code()))) {
          return Optional.of(e.cancellationReasons());
        }
        if (tries == TRIES) {
          throw e;
        }
        pause(pauses);
      }
    }
  }

  private static void pause(Pauses pauses) {
    try {
      pauses.pause();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The recorder is stopping", e);
    }
  }
}
