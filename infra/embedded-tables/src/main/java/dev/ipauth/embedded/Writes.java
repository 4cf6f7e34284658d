package dev.ipauth.embedded;

import dev.ipauth.embedded.expression.Update;
import dev.ipauth.embedded.values.Refusals;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Changes of single rows. */
final class Writes {
  private static final int MOST_REQUESTS = 25;

  private final WriteQueue queue;
  private final Changes changes;

  Writes(WriteQueue queue, Changes changes) {
    this.queue = queue;
    this.changes = changes;
  }

  PutItemResponse putItem(PutItemRequest request) {
    Unsupported.refuse("PutItem", "ReturnConsumedCapacity", request.returnConsumedCapacity());
    Unsupported.refuse(
        "PutItem", "ReturnItemCollectionMetrics", request.returnItemCollectionMetrics());
    boolean wantsOld = wantsOld(request.returnValues());
    return make(
        changes.of(request),
        (old, _) ->
            wantsOld && !old.isEmpty()
                ? PutItemResponse.builder().attributes(old).build()
                : PutItemResponse.builder().build());
  }

  DeleteItemResponse deleteItem(DeleteItemRequest request) {
    Unsupported.refuse("DeleteItem", "ReturnConsumedCapacity", request.returnConsumedCapacity());
    Unsupported.refuse(
        "DeleteItem", "ReturnItemCollectionMetrics", request.returnItemCollectionMetrics());
    boolean wantsOld = wantsOld(request.returnValues());
    return make(
        changes.of(request),
        (old, _) ->
            wantsOld && !old.isEmpty()
                ? DeleteItemResponse.builder().attributes(old).build()
                : DeleteItemResponse.builder().build());
  }

  private static boolean wantsOld(@Nullable ReturnValue wanted) {
    if (wanted != null && !Set.of(ReturnValue.NONE, ReturnValue.ALL_OLD).contains(wanted)) {
      throw Refusals.invalid("ReturnValues can only be ALL_OLD or NONE");
    }
    return wanted == ReturnValue.ALL_OLD;
  }

  UpdateItemResponse updateItem(UpdateItemRequest request) {
    Unsupported.refuse("UpdateItem", "ReturnConsumedCapacity", request.returnConsumedCapacity());
    Unsupported.refuse(
        "UpdateItem", "ReturnItemCollectionMetrics", request.returnItemCollectionMetrics());
    Change change = changes.of(request);
    Update update = change.kind() instanceof Change.Kind.Alter(Update altered) ? altered : null;
    ReturnValue wanted = request.returnValues() == null ? ReturnValue.NONE : request.returnValues();
    return make(
        change,
        (old, row) -> {
          Map<String, AttributeValue> shown =
              switch (wanted) {
                case NONE, UNKNOWN_TO_SDK_VERSION -> Map.of();
                case ALL_OLD -> old;
                case ALL_NEW -> row;
                case UPDATED_OLD -> changed(update, old);
                case UPDATED_NEW -> changed(update, row);
              };
          return shown.isEmpty()
              ? UpdateItemResponse.builder().build()
              : UpdateItemResponse.builder().attributes(shown).build();
        });
  }

  private static Map<String, AttributeValue> changed(
      @Nullable Update update, Map<String, AttributeValue> row) {
    return update == null ? Map.of() : update.changed(row);
  }

  /**
   * @param answer by what the row was and what it is
   */
  private <T> T make(
      Change change,
      BiFunction<Map<String, AttributeValue>, Map<String, AttributeValue>, T> answer) {
    return queue.write(
        rows -> {
          Map<String, AttributeValue> old = rows.get(change.table(), change.key());
          if (!change.mayBeMade(old)) {
            throw refused(change, old);
          }
          Map<String, AttributeValue> row = change.outcome(old);
          return new Decision<>(change.statements(old, row), answer.apply(old, row));
        });
  }

  private static ConditionalCheckFailedException refused(
      Change change, Map<String, AttributeValue> old) {
    ConditionalCheckFailedException.Builder refusal = ConditionalCheckFailedException.builder();
    if (change.returnsOld() && !old.isEmpty()) {
      refusal.item(old);
    }
    return Refusals.refusal(
            refusal, "ConditionalCheckFailedException", "The conditional request failed")
        .build();
  }

  BatchWriteItemResponse batchWriteItem(BatchWriteItemRequest request) {
    Unsupported.refuse(
        "BatchWriteItem", "ReturnConsumedCapacity", request.returnConsumedCapacity());
    Unsupported.refuse(
        "BatchWriteItem", "ReturnItemCollectionMetrics", request.returnItemCollectionMetrics());
    List<Change> all = new ArrayList<>();
    request
        .requestItems()
        .forEach((table, requests) -> requests.forEach(one -> all.add(change(table, one))));
    if (all.isEmpty() || all.size() > MOST_REQUESTS) {
      throw Refusals.invalid(
          all.isEmpty()
              ? "Batch Request can not be empty"
              : "Too many items requested for the BatchWriteItem call");
    }
    if (all.stream()
            .map(c -> new Transactions.RowName(c.table().name(), c.key()))
            .distinct()
            .count()
        < all.size()) {
      throw Refusals.invalid("Provided list of item keys contains duplicates");
    }
    return queue.write(
        _ ->
            new Decision<>(
                all.stream().map(Writes::statement).toList(),
                BatchWriteItemResponse.builder().unprocessedItems(Map.of()).build()));
  }

  private Change change(String table, WriteRequest request) {
    return request.putRequest() != null
        ? changes.of(
            PutItemRequest.builder().tableName(table).item(request.putRequest().item()).build())
        : changes.of(
            DeleteItemRequest.builder()
                .tableName(table)
                .key(request.deleteRequest().key())
                .build());
  }

  private static Sql.Statement statement(Change change) {
    return change.kind() instanceof Change.Kind.Put(Map<String, AttributeValue> row)
        ? change.table().put(row)
        : change.table().delete(change.key());
  }
}
