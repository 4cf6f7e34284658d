package dev.ipauth.relay.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.tables.QueueRows;
import dev.ipauth.tables.QueuedMessage;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;

/**
 * A transaction whose answer is lost is written by and by, and keeps its rows to itself meanwhile.
 */
@Timeout(60)
class ConflictsTest {
  private static final int ROWS = 25;

  private final Map<String, Map<String, AttributeValue>> rows = new ConcurrentHashMap<>();
  private final Map<String, Map<String, AttributeValue>> underWay = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> conflicts = new ConcurrentHashMap<>();
  private final CountDownLatch others = new CountDownLatch(1);

  @Test
  void nobodyHearsOfATransactionThatTakesAMomentLonger() throws Exception {
    var table = new DynamoQueueTable(client(), "Queue", QueueEvents.Watch.NONE);
    try (ExecutorService devices = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> first =
          IntStream.range(0, GatheredPuts.AT_ONCE)
              .mapToObj(i -> devices.submit(() -> table.put(message("first" + i))))
              .toList();
      while (rows.size() < first.size()) {
        TimeUnit.MILLISECONDS.sleep(1);
      }
      List<Future<Boolean>> together =
          IntStream.range(0, ROWS)
              .mapToObj(i -> devices.submit(() -> table.put(message("id" + i))))
              .toList();
      TimeUnit.MILLISECONDS.sleep(100); // so that some of them wait, and go together
      others.countDown();
      for (Future<Boolean> put : together) {
        assertTrue(put.get());
      }
    }
    assertEquals(ROWS + GatheredPuts.AT_ONCE, rows.size());
    assertTrue(conflicts.size() > 1, "some met the transaction: " + conflicts);
  }

  @Test
  void oneThatDoesNotEndIsNotWaitedForWithoutEnd() {
    var conflicting = new Conflicts(Duration.ofMillis(30));
    var asked = new AtomicInteger();

    assertThrows(
        TransactionConflictException.class,
        () ->
            conflicting.outlast(
                () -> {
                  asked.incrementAndGet();
                  throw conflict();
                }));
    assertTrue(asked.get() > 1);
  }

  private static QueuedMessage message(String id) {
    return Messages.message(id, Messages.to("a@example.net").recipients());
  }

  private static TransactionConflictException conflict() {
    return TransactionConflictException.builder().message("Transaction is ongoing").build();
  }

  // --- A table -----------------------------------------------------------------------------------

  private DynamoDbClient client() {
    return (DynamoDbClient)
        Proxy.newProxyInstance(
            ConflictsTest.class.getClassLoader(),
            new Class<?>[] {DynamoDbClient.class},
            (_, method, arguments) ->
                switch (method.getName()) {
                  case "putItem" -> put((PutItemRequest) arguments[0]);
                  case "getItem" -> get(arguments[0]);
                  default -> together(arguments[0]);
                });
  }

  private PutItemResponse put(PutItemRequest request) throws InterruptedException {
    String id = QueueRows.id(request.item());
    if (id.startsWith("first")) {
      rows.put(id, request.item());
      others.await();
      return PutItemResponse.builder().build();
    }
    Map<String, AttributeValue> transactions = underWay.get(id);
    if (transactions != null) {
      if (conflicts.computeIfAbsent(id, _ -> new AtomicInteger()).incrementAndGet() <= 3) {
        throw conflict();
      }
      rows.put(id, transactions); // it has ended
    }
    if (rows.putIfAbsent(id, request.item()) != null) {
      throw ConditionalCheckFailedException.builder().build();
    }
    return PutItemResponse.builder().build();
  }

  @SuppressWarnings("unchecked")
  private GetItemResponse get(Object build) {
    var request = GetItemRequest.builder();
    ((Consumer<GetItemRequest.Builder>) build).accept(request);
    var found = rows.get(QueueRows.id(request.build().key()));
    return found == null
        ? GetItemResponse.builder().build()
        : GetItemResponse.builder().item(found).build();
  }

  @SuppressWarnings("unchecked")
  private Object together(Object build) {
    var request = TransactWriteItemsRequest.builder();
    ((Consumer<TransactWriteItemsRequest.Builder>) build).accept(request);
    request
        .build()
        .transactItems()
        .forEach(
            row -> underWay.put(QueueRows.id(row.put().item()), new HashMap<>(row.put().item())));
    throw SdkClientException.create("The answer is lost");
  }
}
