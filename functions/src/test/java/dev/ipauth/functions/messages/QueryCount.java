package dev.ipauth.functions.messages;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/** How many queries are made, and how many rows they look at. */
final class QueryCount {
  private final AtomicInteger queries = new AtomicInteger();
  private final AtomicInteger rows = new AtomicInteger();

  int queries() {
    return queries.get();
  }

  int rows() {
    return rows.get();
  }

  void reset() {
    queries.set(0);
    rows.set(0);
  }

  /** The client, with its queries counted. */
  DynamoDbClient of(DynamoDbClient client) {
    return (DynamoDbClient)
        Proxy.newProxyInstance(
            DynamoDbClient.class.getClassLoader(),
            new Class<?>[] {DynamoDbClient.class},
            (proxy, method, arguments) -> {
              // A paginator makes its queries by this client, too.
              if (!method.getName().equals("query") || !(arguments[0] instanceof QueryRequest)) {
                return InvocationHandler.invokeDefault(proxy, method, arguments);
              }
              try {
                Object answer = method.invoke(client, arguments);
                if (answer instanceof QueryResponse page) {
                  queries.incrementAndGet();
                  rows.addAndGet(page.scannedCount());
                }
                return answer;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
