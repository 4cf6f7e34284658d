package dev.ipauth.embedded;

import dev.ipauth.embedded.values.Canonical;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * What a request came to, in a form that is equal where two DynamoDBs agree.
 *
 * <p>What an exception says isn't compared: of several faults DynamoDB Local may name another, and
 * in words that DynamoDB doesn't use. An update that doesn't fit its row is, within a transaction,
 * a plain {@code ValidationException} of DynamoDB Local's, and of DynamoDB's a cancellation with
 * the reason {@code ValidationError}; here they are one.
 *
 * @param what the answer, or the exception's code with what it tells
 * @param message what the exception says; empty for an answer
 */
record Outcome(String what, String message) {
  private static final String INVALID = "ValidationException";

  static Outcome of(Supplier<String> request) {
    try {
      return new Outcome(request.get(), "");
    } catch (DynamoDbException e) {
      return new Outcome(told(e), String.valueOf(e.awsErrorDetails().errorMessage()));
    } catch (SdkException e) {
      return new Outcome(e.getClass().getSimpleName(), String.valueOf(e.getMessage()));
    }
  }

  private static String told(DynamoDbException e) {
    return switch (e) {
      case ConditionalCheckFailedException failed ->
          "ConditionalCheckFailed" + (failed.hasItem() ? row(failed.item()) : "");
      case TransactionCanceledException cancelled -> told(cancelled.cancellationReasons());
      default -> e.awsErrorDetails().errorCode();
    };
  }

  private static String told(List<CancellationReason> reasons) {
    boolean isInvalid =
        reasons.isEmpty() || reasons.stream().anyMatch(r -> r.code().equals("ValidationError"));
    return isInvalid
        ? INVALID
        : reasons.stream()
            .map(reason -> reason.code() + (reason.hasItem() ? row(reason.item()) : ""))
            .toList()
            .toString();
  }

  String kind() {
    String code = what.startsWith("[") ? "TransactionCanceled" : what.split("\\{", 2)[0];
    return message.isEmpty() ? "answered" : code;
  }

  /** Whether both say the same. */
  boolean agreesWith(Outcome other) {
    return what.equals(other.what);
  }

  static String row(@Nullable Map<String, AttributeValue> row) {
    return row == null ? "null" : canonical(AttributeValue.fromM(row));
  }

  /** In whatever order they came. */
  static String rows(List<Map<String, AttributeValue>> rows) {
    return rows.stream().map(Outcome::row).sorted().toList().toString();
  }

  private static String canonical(AttributeValue value) {
    return switch (value.type()) {
      case M -> {
        Map<String, String> members = new TreeMap<>();
        value.m().forEach((name, member) -> members.put(name, canonical(member)));
        yield members.toString();
      }
      case L -> {
        List<String> entries = new ArrayList<>();
        value.l().forEach(entry -> entries.add(canonical(entry)));
        yield entries.toString();
      }
      // DynamoDB Local leaves numbers within lists and maps as they were written.
      case SS, NS, BS, N -> Canonical.value(value).toString();
      case S, B, BOOL, NUL, UNKNOWN_TO_SDK_VERSION -> value.toString();
    };
  }
}
