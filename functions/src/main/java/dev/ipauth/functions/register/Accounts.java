package dev.ipauth.functions.register;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromN;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import dev.ipauth.tables.Schemas;
import jakarta.inject.Singleton;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.Select;

/**
 * How many SMTP users each account has. The count changes in the transaction that makes or deletes
 * one; here it begins, for an account that has none yet: a new one, one from before there were
 * counts, or one whose row an operator has deleted to have it counted anew.
 */
@Singleton
final class Accounts {
  private final DynamoDbClient dynamoDb;
  private final RegisterTables tables;

  Accounts(DynamoDbClient dynamoDb, RegisterTables tables) {
    this.dynamoDb = dynamoDb;
    this.tables = tables;
  }

  /**
   * Counts the account's users, unless somebody has.
   *
   * <p>The index lags. Of an account that never had a count, a user may be missed that an earlier
   * version of this program made within the last moment; the auditor would tell. Nobody else can
   * make or delete one before there is a count.
   */
  void count(String accountId) {
    int found =
        dynamoDb
            .queryPaginator(
                query ->
                    query
                        .tableName(tables.smtpUsers())
                        .indexName(Schemas.BY_ACCOUNT)
                        .keyConditionExpression("accountId = :account")
                        .expressionAttributeValues(Map.of(":account", fromS(accountId)))
                        .select(Select.COUNT))
            .stream()
            .mapToInt(page -> page.count())
            .sum();
    try {
      dynamoDb.putItem(
          put ->
              put.tableName(tables.accounts())
                  .item(
                      Map.of(
                          Schemas.ACCOUNT_ID,
                          fromS(accountId),
                          "smtpUsers",
                          fromN(Integer.toString(found)),
                          "changes",
                          fromN("0")))
                  .conditionExpression(Conditions.ACCOUNT_IS_UNCOUNTED));
    } catch (ConditionalCheckFailedException _) {
      // Another request was faster, or this one's own put was, whose answer was lost.
    }
  }
}
