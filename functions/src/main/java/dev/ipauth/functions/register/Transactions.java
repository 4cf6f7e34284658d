package dev.ipauth.functions.register;

import dev.ipauth.functions.register.Change.Part;
import dev.ipauth.functions.register.Change.Step;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
    record Refused(Part part, Map<String, AttributeValue> row) implements Outcome {}
  }

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
   *     be for a moment, until the next change raises the user's version.
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
    while (true) {
      Outcome outcome = tryOnce(request, steps);
      if (outcome != null) {
        return outcome;
      }
      if (patience.isOver()) {
        return readBack(line);
      }
      patience.pause();
    }
  }

  /** Null when it must be tried again: a conflict, throttling, or an outcome nobody knows. */
  private @Nullable Outcome tryOnce(TransactWriteItemsRequest request, List<Step> steps) {
    try {
      dynamoDb.transactWriteItems(request);
      return new Outcome.Made();
    } catch (TransactionCanceledException e) {
      return refusal(e.cancellationReasons(), steps);
    } catch (SdkException e) {
      LOG.warn("A change wasn't answered, and is sent again", e);
      return null;
    }
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
