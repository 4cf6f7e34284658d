package dev.ipauth.functions.register;

import dev.ipauth.functions.register.Change.Part;
import dev.ipauth.functions.register.Change.Step;
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
     * @param part the first of {@link Part} that was in the way
     * @param row what is there; empty when nothing is
     */
    record Refused(Part part, Map<String, AttributeValue> row) implements Outcome {
      /**
       * Whether an earlier try of the same change, should it arrive only now, is refused as well.
       * Versions only rise, and a key is kept for a day; but an address may be freed and a username
       * given up.
       */
      boolean holdsForLater(Change change) {
        return switch (part) {
          case IDEMPOTENCY_KEY -> true;
          case USER -> change.before() != null;
          case FREED_ADDRESS, CLAIMED_ADDRESS, AUDIT -> false;
        };
      }
    }
  }

  /**
   * What one try came to.
   *
   * @param outcome null when it must be tried again: a conflict, throttling, or nobody knows
   * @param pending whether it may be made later than it was answered
   */
  private record Try(@Nullable Outcome outcome, boolean pending) {}

  private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);
  private static final String CONDITION_FAILED = "ConditionalCheckFailed";

  private final DynamoDbClient dynamoDb;
  private final TableNames tables;
  private final AuditTrail audit;
  private final Endurance endurance;

  Transactions(DynamoDbClient dynamoDb, TableNames tables, AuditTrail audit, Endurance endurance) {
    this.dynamoDb = dynamoDb;
    this.tables = tables;
    this.audit = audit;
    this.endurance = endurance;
  }

  /**
   * @throws TablesUnavailable when it isn't known to have been made. It may have been, or may still
   *     be for a moment, until the next change raises the user's version. Also when it was refused
   *     after a try that wasn't answered: whoever has been told no must not get it later.
   */
  Outcome make(Change change) {
    String token = Randoms.token();
    AuditLine line = audit.line(change, token);
    List<Step> steps = change.steps(tables, line);
    TransactWriteItemsRequest request =
        TransactWriteItemsRequest.builder()
            .clientRequestToken(token)
            .transactItems(steps.stream().map(Step::item).toList())
            .build();
    Patience patience = new Patience(endurance);
    boolean pending = false;
    while (true) {
      Try last = tryOnce(request, steps);
      pending |= last.pending();
      switch (last.outcome()) {
        case Outcome.Made made -> {
          return made;
        }
        case Outcome.Refused refused -> {
          if (pending && !refused.holdsForLater(change)) {
            throw new TablesUnavailable("It is refused, but an unanswered try may still be made");
          }
          return refused;
        }
        case null -> {
          if (patience.isOver()) {
            return readBack(line);
          }
          patience.pause();
        }
      }
    }
  }

  private Try tryOnce(TransactWriteItemsRequest request, List<Step> steps) {
    try {
      dynamoDb.transactWriteItems(request);
      return new Try(new Outcome.Made(), false);
    } catch (TransactionCanceledException e) {
      return new Try(refusal(e.cancellationReasons(), steps), wasSentBefore(e));
    } catch (SdkException e) {
      LOG.warn("A change wasn't answered, and is sent again", e);
      boolean answered = e instanceof AwsServiceException answer && answer.statusCode() < 500;
      return new Try(null, !answered || wasSentBefore(e));
    }
  }

  /** By the SDK, which tells nobody what became of its earlier attempts. */
  private static boolean wasSentBefore(SdkException e) {
    Integer attempts = e.numAttempts();
    return attempts != null && attempts > 1;
  }

  private static @Nullable Outcome refusal(List<CancellationReason> reasons, List<Step> steps) {
    for (int i = 0; i < reasons.size(); i++) {
      if (CONDITION_FAILED.equals(reasons.get(i).code())) {
        return new Outcome.Refused(steps.get(i).part(), reasons.get(i).item());
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
