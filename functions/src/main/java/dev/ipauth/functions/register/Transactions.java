package dev.ipauth.functions.register;

import dev.ipauth.functions.caller.Deadline;
import dev.ipauth.functions.dependency.TablesUnavailable;
import dev.ipauth.functions.register.Transaction.Part;
import dev.ipauth.functions.register.Transaction.Write;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * Makes a change, whole or not at all, and finds out which.
 *
 * <p>Every try of a change, the SDK's and ours, carries the same client request token, so DynamoDB
 * makes it once however often it arrives. When no try was answered, the change's audit line tells
 * whether it was made.
 */
@Singleton
final class Transactions {
  /** What DynamoDB answered. */
  sealed interface Outcome {
    record Made() implements Outcome {}

    /**
     * @param part the first of the transaction's that was in the way
     * @param row what is there; empty when nothing is
     * @param forGood whether an earlier try, should it arrive only now, is refused as well
     */
    record Refused(Part part, Map<String, AttributeValue> row, boolean forGood)
        implements Outcome {}
  }

  /**
   * What one try came to.
   *
   * @param outcome null when it must be tried again: a conflict, throttling, or nobody knows
   * @param pending whether it may be made later than it was answered
   */
  private record Try(@Nullable Outcome outcome, boolean pending) {}

  private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);
  private static final String MET = "None";
  private static final String NOT_MET = "ConditionalCheckFailed";

  private final DynamoDbClient dynamoDb;
  private final RegisterTables tables;

  Transactions(DynamoDbClient dynamoDb, RegisterTables tables) {
    this.dynamoDb = dynamoDb;
    this.tables = tables;
  }

  /**
   * @throws TablesUnavailable when it isn't known to have been made. It may have been, or may still
   *     be for a moment, until the next change raises the user's version. Also when it was refused
   *     after a try that wasn't answered: whoever has been told no must not get it later.
   */
  Outcome make(Transaction transaction, Deadline deadline) {
    TransactWriteItemsRequest request = transaction.request();
    Backoff backoff = new Backoff(deadline);
    boolean pending = false;
    while (true) {
      Try last = tryOnce(request, transaction.writes());
      pending |= last.pending();
      switch (last.outcome()) {
        case Outcome.Made made -> {
          return made;
        }
        case Outcome.Refused refused -> {
          if (pending && !refused.forGood()) {
            throw new TablesUnavailable("It is refused, but an unanswered try may still be made");
          }
          return refused;
        }
        case null -> {
          if (!backoff.pause()) {
            return readBack(transaction.line());
          }
        }
      }
    }
  }

  private Try tryOnce(TransactWriteItemsRequest request, List<Write> writes) {
    try {
      dynamoDb.transactWriteItems(request);
      return new Try(new Outcome.Made(), false);
    } catch (TransactionCanceledException e) {
      return new Try(refusal(e.cancellationReasons(), writes), wasSentBefore(e));
    } catch (SdkException e) {
      LOG.debug("A change wasn't answered, and is sent again", e);
      boolean answered = e instanceof AwsServiceException answer && answer.statusCode() < 500;
      return new Try(null, !answered || wasSentBefore(e));
    }
  }

  /** By the SDK, which tells nobody what became of its earlier attempts. */
  private static boolean wasSentBefore(SdkException e) {
    Integer attempts = e.numAttempts();
    return attempts != null && attempts > 1;
  }

  /**
   * The first condition that isn't met; null when one before it is undecided, because another
   * transaction is at that row, or the table is too busy. With two requests of one idempotency key
   * at once, the key may be undecided and the address taken already, by the other request.
   */
  private static @Nullable Outcome refusal(List<CancellationReason> reasons, List<Write> writes) {
    for (int i = 0; i < reasons.size(); i++) {
      CancellationReason reason = reasons.get(i);
      if (NOT_MET.equals(reason.code())) {
        Write write = writes.get(i);
        return new Outcome.Refused(write.part(), reason.item(), write.refusedForGood());
      }
      if (!MET.equals(reason.code())) {
        return null;
      }
    }
    return null;
  }

  private Outcome readBack(AuditLine line) {
    boolean made =
        dynamoDb
            .getItem(get -> get.tableName(tables.audit()).key(line.key()).consistentRead(true))
            .hasItem();
    if (!made) {
      throw new TablesUnavailable("Nobody knows whether the change was made");
    }
    return new Outcome.Made();
  }
}
