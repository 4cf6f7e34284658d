package dev.ipauth.functions.register;

import dev.ipauth.tables.Schemas;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Pages of a table's rows by account. Nothing is ever decided by them: their index lags. */
final class Listing {
  private Listing() {}

  /** Up to {@code limit} rows; fewer only at the end, however often DynamoDB stops at 1 MB. */
  static Stream<Map<String, AttributeValue>> byAccount(
      DynamoDbClient dynamoDb,
      String table,
      String key,
      String accountId,
      @Nullable String after,
      int limit) {
    AttributeValue account = AttributeValue.fromS(accountId);
    Map<String, AttributeValue> start =
        after == null
            ? Map.of()
            : Map.of(Schemas.ACCOUNT_ID, account, key, AttributeValue.fromS(after));
    return dynamoDb
        .queryPaginator(
            query ->
                query
                    .tableName(table)
                    .indexName(Schemas.BY_ACCOUNT)
                    .keyConditionExpression("accountId = :account")
                    .expressionAttributeValues(Map.of(":account", account))
                    .exclusiveStartKey(start.isEmpty() ? null : start)
                    .limit(limit))
        .items()
        .stream()
        .limit(limit);
  }
}
