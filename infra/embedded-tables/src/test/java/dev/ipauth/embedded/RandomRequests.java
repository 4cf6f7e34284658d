package dev.ipauth.embedded;

import dev.ipauth.embedded.Dice.Said;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactGetItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** Requests to one table at random: a few rows, so that they meet. */
final class RandomRequests {
  /** What is asked, and how its answer is shown. */
  record Request(Object asked, Function<DynamoDbClient, String> send) {
    @Override
    public String toString() {
      return asked.toString();
    }
  }

  private final Dice dice;
  private final RandomTable shape;
  private final String table;
  private @Nullable TransactWriteItemsRequest earlier;
  private int tokens;

  RandomRequests(Dice dice, String table) {
    this.dice = dice;
    this.table = table;
    shape = new RandomTable(dice, table);
  }

  RandomTable shape() {
    return shape;
  }

  Request next() {
    return switch (dice.below(14)) {
      case 0, 1, 2 -> put();
      case 3, 4, 5 -> update();
      case 6 -> delete();
      case 7 -> get();
      case 8, 9 -> query();
      case 10 -> scan();
      case 11 -> batchGet();
      default -> dice.oneIn(4) ? transactGet() : transactWrite();
    };
  }

  private Said condition() {
    Said said = new Said();
    return said.and(dice.condition(said, 2));
  }

  private static @Nullable Map<String, String> names(Said... said) {
    Map<String, String> names = new HashMap<>();
    for (Said one : said) {
      names.putAll(one.names());
    }
    return names.isEmpty() ? null : names;
  }

  private static @Nullable Map<String, AttributeValue> values(Said said) {
    return said.values.isEmpty() ? null : said.values;
  }

  private ReturnValuesOnConditionCheckFailure onFailure() {
    return dice.oneOf(
        List.of(
            ReturnValuesOnConditionCheckFailure.ALL_OLD, ReturnValuesOnConditionCheckFailure.NONE));
  }

  private Request put() {
    PutItemRequest.Builder put = PutItemRequest.builder().tableName(table).item(shape.row());
    if (dice.oneIn(2)) {
      Said said = condition();
      put.conditionExpression(said.text())
          .expressionAttributeNames(names(said))
          .expressionAttributeValues(values(said))
          .returnValuesOnConditionCheckFailure(onFailure());
    }
    if (dice.oneIn(3)) {
      put.returnValues(dice.oneIn(8) ? ReturnValue.ALL_NEW : ReturnValue.ALL_OLD);
    }
    PutItemRequest asked = put.build();
    return new Request(asked, client -> Outcome.row(client.putItem(asked).attributes()));
  }

  private Request update() {
    Said said = new Said();
    String update = dice.oneIn(20) ? "" : dice.update(said);
    String condition = dice.oneIn(3) ? dice.condition(said, 1) : "";
    said.and(update).and(condition);
    UpdateItemRequest asked =
        UpdateItemRequest.builder()
            .tableName(table)
            .key(shape.key())
            .updateExpression(update.isEmpty() ? null : update)
            .conditionExpression(condition.isEmpty() ? null : condition)
            .expressionAttributeNames(names(said))
            .expressionAttributeValues(values(said))
            .returnValues(
                dice.oneOf(
                    List.of(
                        ReturnValue.NONE,
                        ReturnValue.ALL_OLD,
                        ReturnValue.ALL_NEW,
                        ReturnValue.UPDATED_OLD,
                        ReturnValue.UPDATED_NEW)))
            .returnValuesOnConditionCheckFailure(onFailure())
            .build();
    return new Request(asked, client -> Outcome.row(client.updateItem(asked).attributes()));
  }

  private Request delete() {
    DeleteItemRequest.Builder delete =
        DeleteItemRequest.builder().tableName(table).key(shape.key());
    if (dice.oneIn(2)) {
      Said said = condition();
      delete
          .conditionExpression(said.text())
          .expressionAttributeNames(names(said))
          .expressionAttributeValues(values(said))
          .returnValuesOnConditionCheckFailure(onFailure());
    }
    DeleteItemRequest asked = delete.returnValues(ReturnValue.ALL_OLD).build();
    return new Request(asked, client -> Outcome.row(client.deleteItem(asked).attributes()));
  }

  private Said projection() {
    Said said = new Said().and(dice.place());
    for (int i = dice.below(3); i > 0; i--) {
      said.and(", " + dice.place());
    }
    return said;
  }

  private Request get() {
    GetItemRequest.Builder get = GetItemRequest.builder().tableName(table).key(shape.key());
    get.consistentRead(true);
    if (dice.oneIn(2)) {
      Said said = projection();
      get.projectionExpression(said.text()).expressionAttributeNames(names(said));
    }
    GetItemRequest asked = get.build();
    return new Request(
        asked,
        client -> {
          var answer = client.getItem(asked);
          return answer.hasItem() + Outcome.row(answer.item());
        });
  }

  private Request batchGet() {
    List<Map<String, AttributeValue>> keys = new ArrayList<>();
    for (int i = dice.below(4); i >= 0; i--) {
      keys.add(shape.key());
    }
    BatchGetItemRequest asked =
        BatchGetItemRequest.builder()
            .requestItems(
                Map.of(table, KeysAndAttributes.builder().keys(keys).consistentRead(true).build()))
            .build();
    return new Request(
        asked,
        client ->
            Outcome.rows(client.batchGetItem(asked).responses().getOrDefault(table, List.of())));
  }

  private Request query() {
    boolean byIndex = shape.hasIndex() && dice.oneIn(2);
    Said said = new Said();
    AttributeValue asks = byIndex ? AttributeValue.fromS(dice.text()) : shape.partitionKey();
    String partition = byIndex ? "a = " + said.value(asks) : "pk = " + said.value(asks);
    String sort = byIndex ? "n" : "sk";
    if (dice.oneIn(2)) {
      String first = said.value(byIndex ? shape.keyValue("N") : shape.sortKey());
      partition +=
          " AND "
              + switch (dice.below(4)) {
                case 0 -> "begins_with(" + sort + ", " + first + ")";
                case 1 ->
                    sort
                        + " BETWEEN "
                        + first
                        + " AND "
                        + said.value(byIndex ? shape.keyValue("N") : shape.sortKey());
                default ->
                    sort + dice.oneOf(List.of(" = ", " < ", " <= ", " > ", " >= ", " <> ")) + first;
              };
    }
    Map<String, AttributeValue> start = dice.oneIn(4) ? start(byIndex, asks) : null;
    String filter = dice.oneIn(3) ? dice.condition(said, 1) : "";
    said.and(partition).and(filter);
    QueryRequest asked =
        QueryRequest.builder()
            .tableName(table)
            .indexName(byIndex ? "byA" : null)
            .exclusiveStartKey(start)
            .consistentRead(byIndex ? null : true)
            .keyConditionExpression(partition)
            .filterExpression(filter.isEmpty() ? null : filter)
            .expressionAttributeNames(names(said))
            .expressionAttributeValues(values(said))
            .scanIndexForward(dice.oneIn(2))
            .limit(dice.oneIn(2) ? 1 + dice.below(3) : null)
            .build();
    return new Request(asked, client -> pages(client, asked, byIndex));
  }

  /** Mostly one of the partition that is asked for; within the range that is asked for, or not. */
  private Map<String, AttributeValue> start(boolean byIndex, AttributeValue partition) {
    Map<String, AttributeValue> start = shape.key();
    if (byIndex) {
      start.put("a", dice.oneIn(6) ? AttributeValue.fromS(dice.text()) : partition);
      start.put("n", shape.keyValue("N"));
    } else if (!dice.oneIn(6)) {
      start.put("pk", partition);
    }
    return start;
  }

  /**
   * All pages. Of an index rows with equal keys have no order, so their pages differ. A page that
   * is full with the last row names it where the next would begin, or, with DynamoDB Local,
   * doesn't.
   */
  private static String pages(DynamoDbClient client, QueryRequest asked, boolean byIndex) {
    List<Map<String, AttributeValue>> rows = new ArrayList<>();
    List<String> pages = new ArrayList<>();
    QueryRequest request = asked;
    while (true) {
      QueryResponse page = client.query(request);
      rows.addAll(page.items());
      if (page.scannedCount() > 0) {
        pages.add(
            page.scannedCount() + page.items().stream().map(Outcome::row).toList().toString());
      }
      if (!page.hasLastEvaluatedKey()) {
        return byIndex ? Outcome.rows(rows) : pages.toString();
      }
      request = asked.toBuilder().exclusiveStartKey(page.lastEvaluatedKey()).build();
    }
  }

  private Request scan() {
    ScanRequest.Builder scan = ScanRequest.builder().tableName(table).consistentRead(true);
    if (shape.hasIndex() && dice.oneIn(2)) {
      scan.indexName("byA").consistentRead(null);
    }
    if (dice.oneIn(2)) {
      Said said = condition();
      scan.filterExpression(said.text())
          .expressionAttributeNames(names(said))
          .expressionAttributeValues(values(said));
    }
    if (dice.oneIn(2)) {
      scan.limit(1 + dice.below(3));
    }
    ScanRequest asked = scan.build();
    return new Request(
        asked, client -> Outcome.rows(client.scanPaginator(asked).items().stream().toList()));
  }

  private Request transactGet() {
    List<TransactGetItem> gets = new ArrayList<>();
    for (int i = dice.below(3); i >= 0; i--) {
      Map<String, AttributeValue> key = shape.key();
      gets.add(TransactGetItem.builder().get(g -> g.tableName(table).key(key)).build());
    }
    return new Request(
        gets,
        client ->
            client.transactGetItems(r -> r.transactItems(gets)).responses().stream()
                .map(answer -> answer.hasItem() + Outcome.row(answer.item()))
                .toList()
                .toString());
  }

  private Request transactWrite() {
    if (earlier != null && dice.oneIn(6)) {
      return transaction(earlier);
    }
    // Twice the same row is refused at once by DynamoDB, and by DynamoDB Local after the
    // conditions.
    Map<String, TransactWriteItem> items = new LinkedHashMap<>();
    for (int i = dice.below(3); i >= 0; i--) {
      Map<String, AttributeValue> key = shape.key();
      items.put(shape.place(key), part(key));
    }
    if (earlier != null && dice.oneIn(10)) {
      // Right in itself, and so is what may be repeated then: of two faults each DynamoDB may name
      // another.
      earlier =
          TransactWriteItemsRequest.builder()
              .clientRequestToken(earlier.clientRequestToken())
              .transactItems(
                  TransactWriteItem.builder()
                      .delete(d -> d.tableName(table).key(shape.rightKey()))
                      .build())
              .build();
      return transaction(earlier);
    }
    TransactWriteItemsRequest asked =
        TransactWriteItemsRequest.builder()
            .clientRequestToken(table + "-" + tokens++)
            .transactItems(items.values())
            .build();
    earlier = asked;
    return transaction(asked);
  }

  private static Request transaction(TransactWriteItemsRequest asked) {
    return new Request(
        asked,
        client -> {
          client.transactWriteItems(asked);
          return "made";
        });
  }

  private TransactWriteItem part(Map<String, AttributeValue> key) {
    Said said = new Said();
    TransactWriteItem.Builder item = TransactWriteItem.builder();
    ReturnValuesOnConditionCheckFailure onFailure = onFailure();
    String update = dice.update(said);
    Map<String, AttributeValue> row = shape.row();
    row.putAll(key);
    switch (dice.below(4)) {
      case 0 -> {
        Said condition = condition();
        item.conditionCheck(
            c ->
                c.tableName(table)
                    .key(key)
                    .conditionExpression(condition.text())
                    .expressionAttributeNames(names(condition))
                    .expressionAttributeValues(values(condition))
                    .returnValuesOnConditionCheckFailure(onFailure));
      }
      case 1 ->
          item.update(
              u ->
                  u.tableName(table)
                      .key(key)
                      .updateExpression(update)
                      .expressionAttributeNames(names(said.and(update)))
                      .expressionAttributeValues(values(said))
                      .returnValuesOnConditionCheckFailure(onFailure));
      case 2 -> {
        Said condition = condition();
        item.put(
            p ->
                p.tableName(table)
                    .item(row)
                    .conditionExpression(condition.text())
                    .expressionAttributeNames(names(condition))
                    .expressionAttributeValues(values(condition))
                    .returnValuesOnConditionCheckFailure(onFailure));
      }
      default -> item.delete(d -> d.tableName(table).key(key));
    }
    return item.build();
  }
}
