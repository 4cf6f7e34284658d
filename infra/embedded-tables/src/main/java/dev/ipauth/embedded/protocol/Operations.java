package dev.ipauth.embedded.protocol;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeTimeToLiveRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.ListTablesRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactGetItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/** The operations that are served, by name. Which tables there are is not for others to change. */
final class Operations {
  private final Map<String, Function<byte[], SdkPojo>> byName = new HashMap<>();

  Operations(DynamoDbClient client) {
    add("GetItem", GetItemRequest::builder, client::getItem);
    add("BatchGetItem", BatchGetItemRequest::builder, client::batchGetItem);
    add("TransactGetItems", TransactGetItemsRequest::builder, client::transactGetItems);
    add("Query", QueryRequest::builder, client::query);
    add("Scan", ScanRequest::builder, client::scan);
    add("PutItem", PutItemRequest::builder, client::putItem);
    add("UpdateItem", UpdateItemRequest::builder, client::updateItem);
    add("DeleteItem", DeleteItemRequest::builder, client::deleteItem);
    add("BatchWriteItem", BatchWriteItemRequest::builder, client::batchWriteItem);
    add("TransactWriteItems", TransactWriteItemsRequest::builder, client::transactWriteItems);
    add("ListTables", ListTablesRequest::builder, client::listTables);
    add("DescribeTable", DescribeTableRequest::builder, client::describeTable);
    add("DescribeTimeToLive", DescribeTimeToLiveRequest::builder, client::describeTimeToLive);
  }

  private <R, B extends SdkPojo & SdkBuilder<?, R>> void add(
      String name, Supplier<B> builder, Function<R, ? extends SdkPojo> operation) {
    byName.put(name, body -> operation.apply(SdkJson.read(body, builder.get()).build()));
  }

  /**
   * Carries out a request.
   *
   * @param body the request in JSON
   * @throws UnsupportedOperationException when none is called so
   */
  SdkPojo carryOut(String name, byte[] body) {
    Function<byte[], SdkPojo> operation = byName.get(name);
    if (operation == null) {
      throw new UnsupportedOperationException(name);
    }
    return operation.apply(body);
  }
}
