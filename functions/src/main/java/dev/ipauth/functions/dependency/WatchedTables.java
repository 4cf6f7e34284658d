package dev.ipauth.functions.dependency;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbResponse;
import software.amazon.awssdk.services.dynamodb.model.IdempotentParameterMismatchException;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionInProgressException;

/** Tables that have a line in the log when they can't be used, and when they can be again. */
public final class WatchedTables {
  private static final Set<String> ANSWERS =
      Set.of("None", "ConditionalCheckFailed", "TransactionConflict");

  private WatchedTables() {}

  /** The same client; whether each call worked is seen. */
  public static DynamoDbClient of(DynamoDbClient client) {
    return of(client, new Dependency("The tables", "Requests that need them are answered 503."));
  }

  static DynamoDbClient of(DynamoDbClient client, Dependency tables) {
    return (DynamoDbClient)
        Proxy.newProxyInstance(
            DynamoDbClient.class.getClassLoader(),
            new Class<?>[] {DynamoDbClient.class},
            (proxy, method, arguments) ->
                // A paginator asks nothing yet; its pages are to come from here.
                method.getName().endsWith("Paginator")
                    ? InvocationHandler.invokeDefault(proxy, method, arguments)
                    : call(client, tables, method, arguments));
  }

  private static @Nullable Object call(
      DynamoDbClient client,
      Dependency tables,
      Method method,
      @Nullable Object @Nullable [] arguments)
      throws Throwable {
    try {
      Object answer = method.invoke(client, arguments);
      if (answer instanceof DynamoDbResponse) {
        tables.worked();
      }
      return answer;
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      judge(cause, tables);
      throw cause;
    }
  }

  // A condition that isn't met, a row that others write, too, and a transaction that was sent twice
  // are answers like another.
  private static void judge(Throwable failure, Dependency tables) {
    switch (failure) {
      case ConditionalCheckFailedException _ -> tables.worked();
      case TransactionInProgressException _ -> tables.worked();
      case IdempotentParameterMismatchException _ -> tables.worked();
      case TransactionCanceledException e when ANSWERS.containsAll(codes(e)) -> tables.worked();
      case SdkException _ -> tables.failed(failure);
      default -> {}
    }
  }

  private static List<String> codes(TransactionCanceledException refusal) {
    return refusal.cancellationReasons().stream().map(CancellationReason::code).toList();
  }
}
