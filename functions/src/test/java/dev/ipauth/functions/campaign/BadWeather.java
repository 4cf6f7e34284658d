package dev.ipauth.functions.campaign;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * A DynamoDB with faults. What the n-th call of a claimer meets depends on the seed alone; how the
 * claimers' calls meet each other is the machine's affair.
 */
final class BadWeather implements ExecutionInterceptor {
  private static final ExecutionAttribute<Fault> FAULT = new ExecutionAttribute<>("weather");
  private static final ExecutionAttribute<Boolean> FIRST_ATTEMPT_OVER =
      new ExecutionAttribute<>("firstAttemptOver");
  private static final Set<Fault> OF_WHAT_WAS_MADE =
      Set.of(Fault.DUPLICATED, Fault.DUPLICATED_AND_FORGOTTEN);
  private static final int PERCENT = 100;
  private static final long ONE_TRY_MILLIS = 3000;

  /**
   * What an operation's calls meet; without it, they meet nothing.
   *
   * @param storm none of its writes is answered
   */
  private record Luck(SplittableRandom random, boolean storm) {}

  private static final ScopedValue<Luck> LUCK = ScopedValue.newInstance();

  private final Map<Fault, AtomicLong> counts = new EnumMap<>(Fault.class);
  private final Map<SdkRequest, SdkResponse> seen = new ConcurrentHashMap<>();
  private final Stragglers stragglers;
  private final Plan plan;

  BadWeather(Stragglers stragglers, Plan plan) {
    this.stragglers = stragglers;
    this.plan = plan;
    for (Fault fault : Fault.values()) {
      counts.put(fault, new AtomicLong());
    }
  }

  /** One operation; of a hundred, one is never answered. */
  void over(SplittableRandom random, Runnable operation) {
    Luck luck = new Luck(random.split(), random.nextInt(PERCENT) == 0);
    ScopedValue.where(LUCK, luck).run(operation);
  }

  Map<Fault, Long> counts() {
    Map<Fault, Long> copy = new EnumMap<>(Fault.class);
    counts.forEach((fault, count) -> copy.put(fault, count.get()));
    return copy;
  }

  @Override
  public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
    attributes.putAttribute(FAULT, !LUCK.isBound() ? Fault.NONE : draw(context.request()));
  }

  private Fault draw(SdkRequest request) {
    return switch (request) {
      case TransactWriteItemsRequest write -> drawForWrite(write);
      case GetItemRequest _, QueryRequest _ when random().nextInt(PERCENT) < plan.percent() ->
          random().nextBoolean() ? Fault.DELAYED : Fault.LOST;
      default -> Fault.NONE;
    };
  }

  private Fault drawForWrite(TransactWriteItemsRequest write) {
    if (LUCK.get().storm()) {
      return Fault.STORM;
    }
    if (random().nextInt(PERCENT) >= plan.percent()) {
      return Fault.NONE;
    }
    Fault fault = plan.ofWrites().get(random().nextInt(plan.ofWrites().size()));
    boolean asks = fault == Fault.DUPLICATED_AND_FORGOTTEN;
    return asks && !Stragglers.isFenced(write) ? Fault.DUPLICATED : fault;
  }

  @Override
  public SdkRequest modifyRequest(Context.ModifyRequest context, ExecutionAttributes attributes) {
    if (context.request() instanceof TransactWriteItemsRequest write) {
      // After what a mutant has made of it.
      Fault fault = fault(attributes);
      if (!OF_WHAT_WAS_MADE.contains(fault)) {
        count(fault);
      }
      RuntimeException failure = before(fault, write);
      if (failure != null) {
        throw failure;
      }
    }
    return context.request();
  }

  private @Nullable RuntimeException before(Fault fault, TransactWriteItemsRequest write) {
    return switch (fault) {
      case LOST -> SdkClientException.create("Connection refused");
      case LATE -> {
        stragglers.later(write, random());
        yield SdkClientException.create("Read timed out");
      }
      case REPLY_LOST -> {
        stragglers.now(write);
        yield SdkClientException.create("Read timed out");
      }
      case STORM -> {
        switch (random().nextInt(3)) {
          case 0 -> stragglers.later(write, random());
          case 1 -> stragglers.now(write);
          default -> {}
        }
        yield SdkClientException.create("Read timed out");
      }
      case CONFLICT ->
          TransactionCanceledException.builder()
              .message("Transaction cancelled")
              .cancellationReasons(
                  CancellationReason.builder().code("TransactionConflict").build(),
                  CancellationReason.builder().code("None").build())
              .build();
      case THROTTLED ->
          ProvisionedThroughputExceededException.builder().message("Too fast").build();
      case LATE_TO_SDK -> {
        stragglers.later(write, random());
        yield null;
      }
      case NONE, REPLY_LOST_TO_SDK, DELAYED, DUPLICATED, DUPLICATED_AND_FORGOTTEN, STALE -> null;
    };
  }

  @Override
  public void beforeTransmission(
      Context.BeforeTransmission context, ExecutionAttributes attributes) {
    Fault fault = fault(attributes);
    if (fault == Fault.DELAYED) {
      Stragglers.sleep(1 + random().nextInt(30));
    }
    boolean read = !(context.request() instanceof TransactWriteItemsRequest);
    if ((read && fault == Fault.LOST) || fault == Fault.LATE_TO_SDK) {
      failFirstAttempt(attributes);
    }
  }

  @Override
  public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
    if (fault(attributes) == Fault.REPLY_LOST_TO_SDK) {
      failFirstAttempt(attributes);
    }
  }

  private static void failFirstAttempt(ExecutionAttributes attributes) {
    if (attributes.getAttribute(FIRST_ATTEMPT_OVER) == null) {
      attributes.putAttribute(FIRST_ATTEMPT_OVER, true);
      throw ApiCallAttemptTimeoutException.create(ONE_TRY_MILLIS);
    }
  }

  @Override
  public SdkResponse modifyResponse(
      Context.ModifyResponse context, ExecutionAttributes attributes) {
    if (!LUCK.isBound() || !isEventuallyConsistent(context.request())) {
      return context.response();
    }
    SdkResponse earlier = seen.put(context.request(), context.response());
    boolean stale = earlier != null && random().nextInt(PERCENT) < 2 * plan.percent();
    if (stale) {
      count(Fault.STALE);
    }
    return stale ? Objects.requireNonNull(earlier) : context.response();
  }

  private static boolean isEventuallyConsistent(SdkRequest request) {
    return switch (request) {
      case GetItemRequest get -> !Boolean.TRUE.equals(get.consistentRead());
      case QueryRequest query -> !Boolean.TRUE.equals(query.consistentRead());
      default -> false;
    };
  }

  @Override
  public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
    Fault fault = fault(attributes);
    if (OF_WHAT_WAS_MADE.contains(fault)) {
      count(fault);
      var write = (TransactWriteItemsRequest) context.request();
      if (fault == Fault.DUPLICATED) {
        stragglers.later(write, random());
      } else {
        stragglers.forgotten(write, random());
      }
    }
  }

  private static Fault fault(ExecutionAttributes attributes) {
    return Objects.requireNonNullElse(attributes.getAttribute(FAULT), Fault.NONE);
  }

  private void count(Fault fault) {
    Objects.requireNonNull(counts.get(fault)).incrementAndGet();
  }

  private static SplittableRandom random() {
    return LUCK.get().random();
  }
}
