package dev.ipauth.functions.register;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import dev.ipauth.tables.Schemas;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Pages of a table's rows by account. Nothing is ever decided by them: their index lags.
 *
 * @param key the table's, which the index is in the order of
 * @param prefix what the keys begin with; empty for all
 */
record Listing(String table, String key, String accountId, String prefix) {

  /**
   * Up to {@code limit} rows; fewer only at the end, however often DynamoDB stops at 1 MB.
   *
   * @param after the key that the page begins behind; null for the first page
   */
  Stream<Map<String, AttributeValue>> page(
      DynamoDbClient dynamoDb, @Nullable String after, int limit) {
    Map<String, AttributeValue> values = new HashMap<>();
    values.put(":account", fromS(accountId));
    if (!prefix.isEmpty()) {
      values.put(":prefix", fromS(prefix));
    }
    return dynamoDb
        .queryPaginator(
            query ->
                query
                    .tableName(table)
                    .indexName(Schemas.BY_ACCOUNT)
                    .keyConditionExpression(condition())
                    .expressionAttributeValues(values)
                    .exclusiveStartKey(after == null ? null : start(after))
                    .limit(limit))
        .items()
        .stream()
        .limit(limit);
  }

  private String condition() {
    String ofAccount = "accountId = :account";
    return prefix.isEmpty() ? ofAccount : ofAccount + " AND begins_with(" + key + ", :prefix)";
  }

  private Map<String, AttributeValue> start(String after) {
    return Map.of(Schemas.ACCOUNT_ID, fromS(accountId), key, fromS(after));
  }
}
