package dev.ipauth.functions.messages;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/** Rows by their keys; what DynamoDB leaves out of an answer is asked for again. */
final class BatchRead {
  private BatchRead() {}

  /** Those that are there, in any order, of a hundred keys at most. */
  static List<Map<String, AttributeValue>> rows(
      DynamoDbClient dynamoDb, String table, Collection<Map<String, AttributeValue>> keys) {
    var rows = new ArrayList<Map<String, AttributeValue>>();
    Map<String, KeysAndAttributes> asked =
        Map.of(table, KeysAndAttributes.builder().keys(keys).build());
    while (!asked.isEmpty()) {
      Map<String, KeysAndAttributes> asking = asked;
      var answer = dynamoDb.batchGetItem(get -> get.requestItems(asking));
      rows.addAll(answer.responses().getOrDefault(table, List.of()));
      asked = answer.unprocessedKeys();
    }
    return rows;
  }
}
