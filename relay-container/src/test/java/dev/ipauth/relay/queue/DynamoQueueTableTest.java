package dev.ipauth.relay.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.tables.QueueRows;
import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Lease;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

class DynamoQueueTableTest {

  /**
   * A removal whose answer was lost: the SDK tries again and meets its own success, or gives up.
   *
   * @param lease whose it is: {@code ours}, or another process's
   * @param droppedBy somebody, so that any relay may remove it
   * @param answer to the removal
   * @param isThere whether the row still is
   */
  @ParameterizedTest
  @CsvSource({
    "ours,   ,        refused, false, true",
    "ours,   ,        lost,    false, true",
    "ours,   ,        refused, true,  false",
    "ours,   ,        lost,    true,  unknown",
    "ours,   account, refused, false, false",
    "ours,   account, lost,    false, unknown",
    "theirs, ,        refused, false, false",
    "theirs, ,        lost,    false, unknown",
    ",       ,        refused, false, false",
    ",       ,        lost,    false, unknown"
  })
  void whatIsLeasedAndGoneWasRemovedByItsHolder(
      @Nullable String lease,
      @Nullable String droppedBy,
      String answer,
      boolean isThere,
      String heard) {
    var row = new HashMap<>(QueueRows.write(Messages.to("a@example.net")));
    if (lease != null) {
      Lease ours = LeaseWatch.lease(Messages.TAKEN, Duration.ofMinutes(15));
      String holder = lease.equals("ours") ? ours.holder() : "another process/1";
      row.put(QueueRows.LEASE_HOLDER, AttributeValue.fromS(holder));
      row.put(
          QueueRows.LEASE_UNTIL, AttributeValue.fromN(Long.toString(ours.until().toEpochMilli())));
    }
    if (droppedBy != null) {
      row.put(QueueRows.DROPPED_BY, AttributeValue.fromS(droppedBy));
    }
    QueuedMessage read = QueueRows.read(row);
    var table =
        new DynamoQueueTable(client(answer, isThere ? row : null), "Queue", QueueEvents.Watch.NONE);

    assertEquals(heard, heard(() -> table.remove(read)));
  }

  /**
   * Of a message that is dropped, too: the line that tells of it is written once.
   *
   * @param taking what is answered to keeping it from the other relays
   * @param removal what is answered to its removal
   * @param left whose row is there then, if there is one
   */
  @ParameterizedTest
  @CsvSource({
    "ok,      ok,      ,       true",
    "lost,    ok,      ours,   true",
    "refused, ok,      ours,   true",
    "refused, ok,      theirs, false",
    "lost,    ok,      theirs, unknown",
    "ok,      lost,    ,       true",
    "ok,      refused, ,       true",
    "ok,      lost,    ours,   unknown"
  })
  void whatIsDroppedIsToldOfThoughAnAnswerIsLost(
      String taking, String removal, @Nullable String left, String heard) {
    var row = new HashMap<>(QueueRows.write(Messages.to("a@example.net")));
    row.put(QueueRows.DROPPED_BY, AttributeValue.fromS("account"));
    var updates = new ArrayList<UpdateItemRequest>();
    var client =
        (DynamoDbClient)
            Proxy.newProxyInstance(
                DynamoQueueTableTest.class.getClassLoader(),
                new Class<?>[] {DynamoDbClient.class},
                (_, method, arguments) -> {
                  switch (method.getName()) {
                    case "updateItem" -> {
                      @SuppressWarnings("unchecked")
                      var build = (Consumer<UpdateItemRequest.Builder>) arguments[0];
                      updates.add(UpdateItemRequest.builder().applyMutation(build).build());
                      return answered(taking, UpdateItemResponse.builder().build());
                    }
                    case "deleteItem" -> {
                      return answered(removal, DeleteItemResponse.builder().build());
                    }
                    default -> {
                      if (left == null) {
                        return GetItemResponse.builder().build();
                      }
                      if (left.equals("ours")) {
                        var values = updates.getFirst().expressionAttributeValues();
                        row.put(QueueRows.VERSION, Objects.requireNonNull(values.get(":own")));
                      }
                      return GetItemResponse.builder().item(row).build();
                    }
                  }
                });
    var table = new DynamoQueueTable(client, "Queue", QueueEvents.Watch.NONE);

    assertEquals(heard, heard(() -> table.removeDropped(QueueRows.read(row), Messages.TAKEN)));
    assertEquals(
        "version = :read AND attribute_exists(droppedBy)",
        updates.getFirst().conditionExpression());
  }

  private static <T> T answered(String how, T answer) {
    return switch (how) {
      case "ok" -> answer;
      case "refused" -> throw ConditionalCheckFailedException.builder().build();
      default -> throw SdkClientException.create("The answer is lost");
    };
  }

  /**
   * The same of a row that is set aside.
   *
   * @param why in the table, which is {@code damaged} when it was this caller
   */
  @ParameterizedTest
  @CsvSource({
    "refused, damaged, 2, true",
    "lost,    damaged, 2, true",
    "refused, damaged, 3, false",
    "refused, other,   2, false",
    "refused, ,        2, false",
    "lost,    ,        1, unknown"
  })
  void whatTheCallerHasSetAsideIsItsOwn(
      String answer, @Nullable String why, long version, String heard) {
    QueuedMessage read = Messages.to("a@example.net");
    var row = new HashMap<>(QueueRows.write(read));
    row.put(QueueRows.VERSION, AttributeValue.fromN(Long.toString(version)));
    if (why != null) {
      row.put(QueueRows.SET_ASIDE, AttributeValue.fromS(why));
    }
    var table = new DynamoQueueTable(client(answer, row), "Queue", QueueEvents.Watch.NONE);

    assertEquals(heard, heard(() -> table.setAside(read, "damaged")));
  }

  /**
   * A put whose answer was lost, of a message that another relay has taken up by the time it is
   * looked up: its device has to hear 250, since it will arrive.
   *
   * @param state of the row that is there
   */
  @ParameterizedTest
  @CsvSource({
    "as put,       true",
    "leased,       true",
    "put off,      true",
    "dropped,      true",
    "taken back,   false",
    "another text, false",
    "earlier,      false",
    "damaged,      false"
  })
  void whatAnotherRelayHasMovedSinceIsKept(String state, boolean isKept) {
    QueuedMessage put = Messages.to("a@example.net").moved(Messages.to("x").progress());
    var row = new HashMap<>(QueueRows.write(put));
    QueuedMessage moved = put.moved(put.progress().dueAt(Messages.TAKEN.plusSeconds(300)));
    switch (state) {
      case "as put" -> {}
      case "leased" -> {
        Lease theirs = new Lease("another process/1", Messages.TAKEN.plusSeconds(900));
        row.putAll(QueueRows.write(put.moved(put.progress().leased(theirs))));
      }
      case "put off" -> row.putAll(QueueRows.write(moved));
      case "dropped" -> {
        row.put(QueueRows.VERSION, QueueRows.newVersion());
        row.put(QueueRows.DROPPED_BY, AttributeValue.fromS("account"));
      }
      case "taken back" -> row.putAll(QueueRows.writeTakenBack(moved, Messages.TAKEN));
      case "another text" -> {
        row.putAll(QueueRows.write(moved));
        row.put("crc32c", AttributeValue.fromN("4711"));
      }
      case "earlier" -> row.put(QueueRows.VERSION, AttributeValue.fromN("1"));
      case "damaged" -> row.put(QueueRows.VERSION, AttributeValue.fromS("damaged"));
      default -> throw new IllegalArgumentException(state);
    }
    for (String answer : List.of("refused", "lost")) {
      var table = new DynamoQueueTable(client(answer, row), "Queue", QueueEvents.Watch.NONE);
      String heard = isKept ? "true" : answer.equals("lost") ? "unknown" : "false";
      assertEquals(heard, heard(() -> table.put(put)), answer);
    }
  }

  /** Two relays may put the same one: whose entries aren't there has to add them. */
  @Test
  void aDigestOfAnotherRelaysIsNotOnesOwn() {
    QueuedMessage first = Messages.to("a@example.net");
    QueuedMessage digest =
        first.withDigest(first.recipients(), new QueuedMessage.Text(9, 0, List.of("one")));
    QueuedMessage theirs = digest.moved(digest.progress());
    var client = client("refused", QueueRows.write(theirs));
    var table = new DynamoQueueTable(client, "Queue", QueueEvents.Watch.NONE);

    assertEquals("false", heard(() -> table.put(digest)));
  }

  /** A condition that isn't met is an answer; one that is lost is none, however it is found out. */
  @ParameterizedTest
  @CsvSource({"refused, true", "lost, false"})
  void whetherItCanBeUsedIsToldAtEachUse(String answer, boolean works) {
    var last = new AtomicBoolean(!works);
    var watch =
        new QueueEvents.Watch() {
          @Override
          public void worked() {
            last.set(true);
          }

          @Override
          public void failed(String cause) {
            last.set(false);
          }
        };
    var table = new DynamoQueueTable(client(answer, null), "Queue", watch);

    var _ = heard(() -> table.setAsideDamaged("id", "damaged"));

    assertEquals(works, last.get());
  }

  /** What one write alone may not do, many together may not either: replace a row that is there. */
  @Test
  @Timeout(60)
  void rowsThatArePutTogetherReplaceNone() throws Exception {
    var answers = new LinkedBlockingQueue<PutItemResponse>();
    var together = new CompletableFuture<TransactWriteItemsRequest>();
    var client =
        (DynamoDbClient)
            Proxy.newProxyInstance(
                DynamoQueueTableTest.class.getClassLoader(),
                new Class<?>[] {DynamoDbClient.class},
                (_, method, arguments) -> {
                  if (method.getName().equals("putItem")) {
                    return answers.take();
                  }
                  @SuppressWarnings("unchecked")
                  var build = (Consumer<TransactWriteItemsRequest.Builder>) arguments[0];
                  var request = TransactWriteItemsRequest.builder();
                  build.accept(request);
                  together.complete(request.build());
                  return TransactWriteItemsResponse.builder().build();
                });
    var table = new DynamoQueueTable(client, "Queue", QueueEvents.Watch.NONE);
    var puts = new ArrayList<FutureTask<Boolean>>();
    for (int i = 0; i < GatheredPuts.AT_ONCE + 2; i++) {
      QueuedMessage message = Messages.message("id" + i, Messages.to("a@example.net").recipients());
      var put = new FutureTask<>(() -> table.put(message));
      Thread thread = Thread.ofPlatform().daemon().start(put);
      while (thread.getState() != Thread.State.WAITING) {
        Thread.sleep(1);
      }
      puts.add(put);
    }

    answers.add(PutItemResponse.builder().build());
    var rows = together.join().transactItems();
    answers.add(PutItemResponse.builder().build());

    for (var put : puts) {
      assertTrue(put.get());
    }
    assertEquals(2, rows.size());
    for (TransactWriteItem row : rows) {
      assertEquals("Queue", row.put().tableName());
      assertEquals("attribute_not_exists(id)", row.put().conditionExpression());
    }
    assertEquals(
        List.of("id2", "id3"), rows.stream().map(row -> QueueRows.id(row.put().item())).toList());
  }

  private static String heard(BooleanSupplier write) {
    try {
      return Boolean.toString(write.getAsBoolean());
    } catch (SdkException _) {
      return "unknown";
    }
  }

  private static DynamoDbClient client(String answer, @Nullable Map<String, AttributeValue> row) {
    return (DynamoDbClient)
        Proxy.newProxyInstance(
            DynamoQueueTableTest.class.getClassLoader(),
            new Class<?>[] {DynamoDbClient.class},
            (_, method, _) -> {
              if (method.getName().equals("getItem")) {
                var found = GetItemResponse.builder();
                return row == null ? found.build() : found.item(row).build();
              }
              throw answer.equals("lost")
                  ? SdkClientException.create("The answer is lost")
                  : ConditionalCheckFailedException.builder().build();
            });
  }
}
