package dev.ipauth.functions;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * What the real DynamoDB does to a transaction and the local one never does. The next transactions
 * meet the faults that were planned, in order.
 */
final class Faults implements ExecutionInterceptor {
  enum Fault {
    /** It never arrives. */
    LOST,
    /** It is made, and nobody is told. */
    REPLY_LOST,
    CONFLICT,
    /** At the first row, of another try of the same; a later row has been written by that. */
    CONFLICT_WITH_ITS_LIKE,
    THROTTLED,
    NONE
  }

  private static final ExecutionAttribute<Fault> FAULT = new ExecutionAttribute<>("fault");

  private final Deque<Fault> planned = new ArrayDeque<>();
  private final List<TransactWriteItemsRequest> sent = new CopyOnWriteArrayList<>();

  synchronized void plan(Fault... faults) {
    planned.clear();
    planned.addAll(Arrays.asList(faults));
    sent.clear();
  }

  /** Every transaction since the plan was made, tries and all. */
  List<TransactWriteItemsRequest> sent() {
    return List.copyOf(sent);
  }

  @Override
  public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
    if (context.request() instanceof TransactWriteItemsRequest request) {
      sent.add(request);
      Fault fault = next();
      attributes.putAttribute(FAULT, fault);
      RuntimeException failure = before(fault);
      if (failure != null) {
        throw failure;
      }
    }
  }

  private synchronized Fault next() {
    Fault fault = planned.poll();
    return fault == null ? Fault.NONE : fault;
  }

  private static @Nullable RuntimeException before(Fault fault) {
    return switch (fault) {
      case LOST -> SdkClientException.create("Connection refused");
      case CONFLICT ->
          TransactionCanceledException.builder()
              .message("Transaction cancelled")
              .cancellationReasons(
                  CancellationReason.builder().code("TransactionConflict").build(),
                  CancellationReason.builder().code("None").build())
              .build();
      case CONFLICT_WITH_ITS_LIKE ->
          TransactionCanceledException.builder()
              .message("Transaction cancelled")
              .cancellationReasons(
                  CancellationReason.builder().code("TransactionConflict").build(),
                  CancellationReason.builder().code("None").build(),
                  CancellationReason.builder()
                      .code("ConditionalCheckFailed")
                      .item(
                          Map.of(
                              "ip", fromS("198.51.100.1"),
                              "accountId", fromS("acme"),
                              "username", fromS("its-like"),
                              "since", fromS("2026-11-27T10:00:00Z")))
                      .build())
              .build();
      case THROTTLED ->
          ProvisionedThroughputExceededException.builder().message("Too fast").build();
      case REPLY_LOST, NONE -> null;
    };
  }

  @Override
  public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
    if (attributes.getAttribute(FAULT) == Fault.REPLY_LOST) {
      throw SdkClientException.create("Read timed out");
    }
  }
}
