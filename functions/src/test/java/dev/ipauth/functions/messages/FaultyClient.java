package dev.ipauth.functions.messages;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** A client some of whose calls fail: half of those are made nevertheless, and nobody is told. */
final class FaultyClient {
  private final DynamoDbClient client;
  private final Random random;
  private final int oneIn;
  private int left = Integer.MAX_VALUE;
  private boolean withoutOldItems;
  private int calls;

  private enum Fault {
    NONE,
    NOT_MADE,
    REPLY_LOST
  }

  FaultyClient(DynamoDbClient client, Random random, int oneIn) {
    this.client = client;
    this.random = random;
    this.oneIn = oneIn;
  }

  /** From then on no call is made, as when its process has been killed. */
  FaultyClient deadAfter(int calls) {
    left = calls;
    return this;
  }

  /** Whoever's condition isn't met doesn't hear what is there instead. */
  FaultyClient withoutOldItems() {
    withoutOldItems = true;
    return this;
  }

  synchronized int calls() {
    return calls;
  }

  DynamoDbClient client() {
    return (DynamoDbClient)
        Proxy.newProxyInstance(
            DynamoDbClient.class.getClassLoader(),
            new Class<?>[] {DynamoDbClient.class},
            (_, method, arguments) -> call(method, arguments));
  }

  private @Nullable Object call(Method method, Object[] arguments) throws Throwable {
    Fault fault = next();
    if (fault == Fault.NOT_MADE) {
      throw SdkClientException.create("Connection refused");
    }
    Object answer = made(method, arguments);
    if (fault == Fault.REPLY_LOST) {
      throw SdkClientException.create("Read timed out");
    }
    return answer;
  }

  private @Nullable Object made(Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(client, arguments);
    } catch (InvocationTargetException e) {
      Throwable failure = Objects.requireNonNull(e.getCause());
      throw withoutOldItems ? withoutItems(failure) : failure;
    }
  }

  private static Throwable withoutItems(Throwable failure) {
    return switch (failure) {
      case ConditionalCheckFailedException e -> e.toBuilder().item(null).build();
      case TransactionCanceledException e ->
          e.toBuilder()
              .cancellationReasons(
                  e.cancellationReasons().stream()
                      .map(reason -> reason.toBuilder().item(null).build())
                      .toList())
              .build();
      default -> failure;
    };
  }

  private synchronized Fault next() {
    calls++;
    if (calls > left) {
      return Fault.NOT_MADE;
    }
    if (random.nextInt(oneIn) > 0) {
      return Fault.NONE;
    }
    return random.nextBoolean() ? Fault.NOT_MADE : Fault.REPLY_LOST;
  }
}
