package dev.ipauth.embedded;

import dev.ipauth.embedded.expression.Expressions;
import dev.ipauth.embedded.expression.Projection;
import dev.ipauth.embedded.values.Refusals;
import dev.ipauth.embedded.values.RowSize;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.Get;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.TransactGetItem;
import software.amazon.awssdk.services.dynamodb.model.TransactGetItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactGetItemsResponse;

/** Rows by their keys. Every read is strongly consistent, asked for or not. */
final class Reads {
  private static final int MOST_KEYS = 100;
  private static final int LARGEST_ANSWER = 16 << 20;

  private final Database database;

  Reads(Database database) {
    this.database = database;
  }

  /** One row that is wanted. */
  private record Wanted(
      StoredTable table, Map<String, AttributeValue> key, @Nullable Projection projection) {

    Map<String, AttributeValue> in(Rows rows) {
      Map<String, AttributeValue> row = rows.get(table, key);
      return projection == null ? row : projection.of(row);
    }
  }

  GetItemResponse getItem(GetItemRequest request) {
    Unsupported.refuse("GetItem", "AttributesToGet", request.attributesToGet());
    Unsupported.refuse("GetItem", "ReturnConsumedCapacity", request.returnConsumedCapacity());
    StoredTable table = database.catalog().table(request.tableName());
    var expressions =
        new Expressions(
            request.hasExpressionAttributeNames() ? request.expressionAttributeNames() : null,
            null);
    Projection projection = expressions.projection(request.projectionExpression());
    expressions.end();
    var key = Checks.key(table.schema(), request.key());
    Map<String, AttributeValue> row = database.read(rows -> rows.get(table, key));
    GetItemResponse.Builder answer = GetItemResponse.builder();
    if (!row.isEmpty()) {
      answer.item(projection == null ? row : projection.of(row));
    }
    return answer.build();
  }

  BatchGetItemResponse batchGetItem(BatchGetItemRequest request) {
    Unsupported.refuse("BatchGetItem", "ReturnConsumedCapacity", request.returnConsumedCapacity());
    int keys = request.requestItems().values().stream().mapToInt(k -> k.keys().size()).sum();
    if (keys == 0) {
      throw Refusals.invalid(
          "1 validation error detected: Value at 'requestItems' failed to satisfy constraint:"
              + " Member must have length greater than or equal to 1");
    }
    if (keys > MOST_KEYS) {
      throw Refusals.invalid("Too many items requested for the BatchGetItem call");
    }
    Map<String, List<Wanted>> wanted = new LinkedHashMap<>();
    request.requestItems().forEach((name, of) -> wanted.put(name, wanted(name, of)));
    return database.read(rows -> batch(request, wanted, rows));
  }

  private List<Wanted> wanted(String tableName, KeysAndAttributes of) {
    Unsupported.refuse("BatchGetItem", "AttributesToGet", of.attributesToGet());
    StoredTable table = database.catalog().table(tableName);
    var expressions =
        new Expressions(
            of.hasExpressionAttributeNames() ? of.expressionAttributeNames() : null, null);
    Projection projection = expressions.projection(of.projectionExpression());
    expressions.end();
    List<Wanted> wanted =
        of.keys().stream()
            .map(key -> new Wanted(table, Checks.key(table.schema(), key), projection))
            .toList();
    if (new HashSet<>(wanted).size() < wanted.size()) {
      throw Refusals.invalid("Provided list of item keys contains duplicates");
    }
    return wanted;
  }

  private static BatchGetItemResponse batch(
      BatchGetItemRequest request, Map<String, List<Wanted>> wanted, Rows rows) {
    Map<String, List<Map<String, AttributeValue>>> found = new HashMap<>();
    Map<String, KeysAndAttributes> unread = new HashMap<>();
    long size = 0;
    for (Map.Entry<String, List<Wanted>> table : wanted.entrySet()) {
      List<Map<String, AttributeValue>> ofTable = new ArrayList<>();
      List<Map<String, AttributeValue>> unreadOfTable = new ArrayList<>();
      for (Wanted one : table.getValue()) {
        Map<String, AttributeValue> row =
            size < LARGEST_ANSWER ? rows.get(one.table(), one.key()) : Map.of();
        size += RowSize.of(row);
        if (size >= LARGEST_ANSWER) {
          unreadOfTable.add(one.key());
        } else if (!row.isEmpty()) {
          ofTable.add(one.projection() == null ? row : one.projection().of(row));
        }
      }
      found.put(table.getKey(), ofTable);
      KeysAndAttributes asked = request.requestItems().get(table.getKey());
      if (!unreadOfTable.isEmpty() && asked != null) {
        unread.put(table.getKey(), asked.toBuilder().keys(unreadOfTable).build());
      }
    }
    return BatchGetItemResponse.builder().responses(found).unprocessedKeys(unread).build();
  }

  TransactGetItemsResponse transactGetItems(TransactGetItemsRequest request) {
    Unsupported.refuse(
        "TransactGetItems", "ReturnConsumedCapacity", request.returnConsumedCapacity());
    Transactions.refuseTooMany(request.transactItems());
    List<Wanted> wanted = request.transactItems().stream().map(this::wanted).toList();
    Transactions.refuseSameRow(
        wanted.stream().map(w -> new Transactions.RowName(w.table().name(), w.key())).toList());
    return database.read(
        rows ->
            TransactGetItemsResponse.builder()
                .responses(wanted.stream().map(w -> answer(w.in(rows))).toList())
                .build());
  }

  private Wanted wanted(TransactGetItem item) {
    Get get = item.get();
    StoredTable table = database.catalog().table(get.tableName());
    var expressions =
        new Expressions(
            get.hasExpressionAttributeNames() ? get.expressionAttributeNames() : null, null);
    Projection projection = expressions.projection(get.projectionExpression());
    expressions.end();
    return new Wanted(table, Checks.key(table.schema(), get.key()), projection);
  }

  private static ItemResponse answer(Map<String, AttributeValue> row) {
    return row.isEmpty()
        ? ItemResponse.builder().build()
        : ItemResponse.builder().item(row).build();
  }
}
