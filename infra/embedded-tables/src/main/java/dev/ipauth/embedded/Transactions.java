package dev.ipauth.embedded;

import static java.util.stream.Collectors.joining;

import dev.ipauth.embedded.protocol.SdkJson;
import dev.ipauth.embedded.values.Refusals;
import dev.ipauth.embedded.values.RowSize;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.IdempotentParameterMismatchException;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * Changes of several rows, made together or not at all. A client's token is kept in the same
 * transaction as what it was sent with, so the same request again changes nothing.
 */
final class Transactions {
  private static final int MOST_ITEMS = 100;
  private static final int LARGEST = 4 << 20;
  private static final int LONGEST_TOKEN = 36;
  private static final Duration TOKEN_LIFETIME = Duration.ofMinutes(10);

  /** Which row, whatever the spelling of its key. */
  record RowName(String table, Map<String, AttributeValue> key) {}

  private final WriteQueue queue;
  private final Changes changes;
  private final InstantSource clock;

  Transactions(WriteQueue queue, Changes changes, InstantSource clock) {
    this.queue = queue;
    this.changes = changes;
    this.clock = clock;
  }

  TransactWriteItemsResponse transactWriteItems(TransactWriteItemsRequest request) {
    Unsupported.refuse(
        "TransactWriteItems", "ReturnConsumedCapacity", request.returnConsumedCapacity());
    Unsupported.refuse(
        "TransactWriteItems", "ReturnItemCollectionMetrics", request.returnItemCollectionMetrics());
    refuseTooMany(request.transactItems());
    String token = request.clientRequestToken();
    if (token != null && (token.isEmpty() || token.length() > LONGEST_TOKEN)) {
      throw Refusals.invalid(
          "1 validation error detected: Value '%s' at 'clientRequestToken' failed to satisfy"
                  .formatted(token)
              + " constraint: Member must have length less than or equal to 36");
    }
    List<Change> parts = request.transactItems().stream().map(changes::of).toList();
    refuseSameRow(parts.stream().map(p -> new RowName(p.table().name(), p.key())).toList());
    byte[] fingerprint = token == null ? new byte[0] : fingerprint(request);
    return queue.write(
        rows ->
            token != null && wasMade(rows, token, fingerprint)
                ? Decision.nothing(TransactWriteItemsResponse.builder().build())
                : decide(rows, parts, token, fingerprint));
  }

  static void refuseTooMany(List<?> items) {
    if (items.isEmpty() || items.size() > MOST_ITEMS) {
      throw Refusals.invalid(
          "1 validation error detected: Value '%s' at 'transactItems' failed to satisfy constraint:"
                  .formatted(items.isEmpty() ? "[]" : "[...]")
              + (items.isEmpty()
                  ? " Member must have length greater than or equal to 1"
                  : " Member must have length less than or equal to 100"));
    }
  }

  static void refuseSameRow(List<RowName> rows) {
    if (new HashSet<>(rows).size() < rows.size()) {
      throw Refusals.invalid("Transaction request cannot include multiple operations on one item");
    }
  }

  private static byte[] fingerprint(TransactWriteItemsRequest request) {
    try {
      return MessageDigest.getInstance("SHA-256")
          .digest(
              SdkJson.write(
                  TransactWriteItemsRequest.builder()
                      .transactItems(request.transactItems())
                      // Else the SDK makes one up.
                      .clientRequestToken("")
                      .build()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  private boolean wasMade(Rows rows, String token, byte[] fingerprint) {
    List<byte[]> known =
        rows.list(
            Sql.Statement.of(
                "SELECT request FROM tokens WHERE token = ? AND at > ?", token, oldest()),
            row -> row.getBytes(1));
    if (!known.isEmpty() && !Arrays.equals(known.getFirst(), fingerprint)) {
      throw Refusals.refusal(
              IdempotentParameterMismatchException.builder(),
              "IdempotentParameterMismatchException",
              "ClientRequestToken was used with different parameters")
          .build();
    }
    return !known.isEmpty();
  }

  private Long oldest() {
    return clock.instant().minus(TOKEN_LIFETIME).toEpochMilli();
  }

  private Decision<TransactWriteItemsResponse> decide(
      Rows rows, List<Change> parts, @Nullable String token, byte[] fingerprint) {
    List<Sql.Statement> statements = new ArrayList<>();
    List<CancellationReason> reasons = new ArrayList<>();
    long size = 0;
    for (Change part : parts) {
      Map<String, AttributeValue> old = rows.get(part.table(), part.key());
      CancellationReason reason = null;
      if (part.mayBeMade(old)) {
        try {
          Map<String, AttributeValue> row = part.outcome(old);
          size += RowSize.of(row);
          statements.addAll(part.statements(old, row));
        } catch (DynamoDbException e) {
          reason = reason("ValidationError", e.awsErrorDetails().errorMessage()).build();
        }
      } else {
        reason = conditionFailed(part, old);
      }
      reasons.add(reason == null ? CancellationReason.builder().code("None").build() : reason);
    }
    if (reasons.stream().anyMatch(reason -> !reason.code().equals("None"))) {
      throw cancelled(reasons);
    }
    if (size > LARGEST) {
      throw Refusals.invalid("Collection size limit exceeded: a transaction has at most 4 MB");
    }
    if (token != null) {
      statements.add(forgetOld());
      statements.add(remember(token, fingerprint));
    }
    return new Decision<>(statements, TransactWriteItemsResponse.builder().build());
  }

  private static CancellationReason conditionFailed(Change part, Map<String, AttributeValue> old) {
    CancellationReason.Builder reason =
        reason("ConditionalCheckFailed", "The conditional request failed");
    if (part.returnsOld() && !old.isEmpty()) {
      reason.item(old);
    }
    return reason.build();
  }

  private static CancellationReason.Builder reason(String code, String message) {
    return CancellationReason.builder().code(code).message(message);
  }

  private static TransactionCanceledException cancelled(List<CancellationReason> reasons) {
    return Refusals.refusal(
            TransactionCanceledException.builder().cancellationReasons(reasons),
            "TransactionCanceledException",
            "Transaction cancelled, please refer cancellation reasons for specific reasons "
                + reasons.stream().map(CancellationReason::code).collect(joining(", ", "[", "]")))
        .build();
  }

  private Sql.Statement remember(String token, byte[] fingerprint) {
    return Sql.Statement.of(
        "INSERT OR REPLACE INTO tokens (token, request, at) VALUES (?, ?, ?)",
        token,
        fingerprint,
        clock.instant().toEpochMilli());
  }

  private Sql.Statement forgetOld() {
    return Sql.Statement.of("DELETE FROM tokens WHERE at <= ?", oldest());
  }
}
