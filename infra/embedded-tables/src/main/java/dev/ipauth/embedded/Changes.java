package dev.ipauth.embedded;

import dev.ipauth.embedded.expression.Condition;
import dev.ipauth.embedded.expression.Expressions;
import dev.ipauth.embedded.expression.Update;
import dev.ipauth.embedded.values.Refusals;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionCheck;
import software.amazon.awssdk.services.dynamodb.model.Delete;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** Reads changes from requests, and refuses those that are wrong whatever is in the tables. */
final class Changes {
  private static final String CONDITION = "ConditionExpression";

  private final Catalog catalog;

  Changes(Catalog catalog) {
    this.catalog = catalog;
  }

  Change of(PutItemRequest request) {
    Unsupported.refuse("PutItem", "Expected", request.expected());
    Unsupported.refuse("PutItem", "ConditionalOperator", request.conditionalOperator());
    return of(
        Put.builder()
            .tableName(request.tableName())
            .item(request.item())
            .conditionExpression(request.conditionExpression())
            .expressionAttributeNames(
                request.hasExpressionAttributeNames() ? request.expressionAttributeNames() : null)
            .expressionAttributeValues(
                request.hasExpressionAttributeValues() ? request.expressionAttributeValues() : null)
            .returnValuesOnConditionCheckFailure(request.returnValuesOnConditionCheckFailure())
            .build());
  }

  Change of(DeleteItemRequest request) {
    Unsupported.refuse("DeleteItem", "Expected", request.expected());
    Unsupported.refuse("DeleteItem", "ConditionalOperator", request.conditionalOperator());
    return of(
        Delete.builder()
            .tableName(request.tableName())
            .key(request.key())
            .conditionExpression(request.conditionExpression())
            .expressionAttributeNames(
                request.hasExpressionAttributeNames() ? request.expressionAttributeNames() : null)
            .expressionAttributeValues(
                request.hasExpressionAttributeValues() ? request.expressionAttributeValues() : null)
            .returnValuesOnConditionCheckFailure(request.returnValuesOnConditionCheckFailure())
            .build());
  }

  Change of(UpdateItemRequest request) {
    Unsupported.refuse("UpdateItem", "AttributeUpdates", request.attributeUpdates());
    Unsupported.refuse("UpdateItem", "Expected", request.expected());
    Unsupported.refuse("UpdateItem", "ConditionalOperator", request.conditionalOperator());
    return of(
        software.amazon.awssdk.services.dynamodb.model.Update.builder()
            .tableName(request.tableName())
            .key(request.key())
            .updateExpression(request.updateExpression())
            .conditionExpression(request.conditionExpression())
            .expressionAttributeNames(
                request.hasExpressionAttributeNames() ? request.expressionAttributeNames() : null)
            .expressionAttributeValues(
                request.hasExpressionAttributeValues() ? request.expressionAttributeValues() : null)
            .returnValuesOnConditionCheckFailure(request.returnValuesOnConditionCheckFailure())
            .build());
  }

  /**
   * A part of a transaction.
   *
   * @throws software.amazon.awssdk.services.dynamodb.model.DynamoDbException when it isn't exactly
   *     one change
   */
  Change of(TransactWriteItem item) {
    int kinds = 0;
    for (Object kind :
        new @Nullable Object[] {item.put(), item.update(), item.delete(), item.conditionCheck()}) {
      kinds += kind == null ? 0 : 1;
    }
    if (kinds != 1) {
      throw Refusals.invalid(
          kinds == 0
              ? "Invalid Request: TransactWriteRequest should contain Delete or Put or Update request"
              : "TransactItems can only contain one of Check, Put, Update or Delete");
    }
    if (item.put() != null) {
      return of(item.put());
    }
    if (item.update() != null) {
      return of(item.update());
    }
    return item.delete() != null ? of(item.delete()) : of(item.conditionCheck());
  }

  Change of(Put put) {
    StoredTable table = catalog.table(put.tableName());
    var expressions =
        new Expressions(
            put.hasExpressionAttributeNames() ? put.expressionAttributeNames() : null,
            put.hasExpressionAttributeValues() ? put.expressionAttributeValues() : null);
    Condition condition = expressions.condition(CONDITION, put.conditionExpression());
    expressions.end();
    Map<String, AttributeValue> row = Checks.row(table.schema(), put.item());
    Map<String, AttributeValue> key = new LinkedHashMap<>(row);
    key.keySet().removeIf(name -> !table.schema().keys().has(name));
    return new Change(
        table,
        key,
        condition,
        returnsOld(put.returnValuesOnConditionCheckFailure()),
        new Change.Kind.Put(row));
  }

  private Change of(Delete delete) {
    StoredTable table = catalog.table(delete.tableName());
    var expressions =
        new Expressions(
            delete.hasExpressionAttributeNames() ? delete.expressionAttributeNames() : null,
            delete.hasExpressionAttributeValues() ? delete.expressionAttributeValues() : null);
    Condition condition = expressions.condition(CONDITION, delete.conditionExpression());
    expressions.end();
    return new Change(
        table,
        Checks.key(table.schema(), delete.key()),
        condition,
        returnsOld(delete.returnValuesOnConditionCheckFailure()),
        new Change.Kind.Delete());
  }

  private Change of(software.amazon.awssdk.services.dynamodb.model.Update request) {
    StoredTable table = catalog.table(request.tableName());
    var expressions =
        new Expressions(
            request.hasExpressionAttributeNames() ? request.expressionAttributeNames() : null,
            request.hasExpressionAttributeValues() ? request.expressionAttributeValues() : null);
    Update update = expressions.update(request.updateExpression());
    Condition condition = expressions.condition(CONDITION, request.conditionExpression());
    expressions.end();
    if (update != null) {
      refuseKeys(table.schema(), update);
    }
    return new Change(
        table,
        Checks.key(table.schema(), request.key()),
        condition,
        returnsOld(request.returnValuesOnConditionCheckFailure()),
        new Change.Kind.Alter(update));
  }

  private static void refuseKeys(TableSchema table, Update update) {
    for (TableSchema.KeyAttribute key : table.keys().attributes()) {
      if (update.attributes().contains(key.name())) {
        throw Refusals.invalid(
            "One or more parameter values were invalid: Cannot update attribute %s. This attribute"
                    .formatted(key.name())
                + " is part of the key");
      }
    }
  }

  private Change of(ConditionCheck check) {
    StoredTable table = catalog.table(check.tableName());
    var expressions =
        new Expressions(
            check.hasExpressionAttributeNames() ? check.expressionAttributeNames() : null,
            check.hasExpressionAttributeValues() ? check.expressionAttributeValues() : null);
    Condition condition = expressions.condition(CONDITION, check.conditionExpression());
    expressions.end();
    return new Change(
        table,
        Checks.key(table.schema(), check.key()),
        condition,
        returnsOld(check.returnValuesOnConditionCheckFailure()),
        new Change.Kind.Check());
  }

  private static boolean returnsOld(@Nullable ReturnValuesOnConditionCheckFailure values) {
    return values == ReturnValuesOnConditionCheckFailure.ALL_OLD;
  }
}
