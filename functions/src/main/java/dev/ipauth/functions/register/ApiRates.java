package dev.ipauth.functions.register;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromN;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/** How many requests an account has made in a minute, counted across all processes. */
@Singleton
public final class ApiRates {
  private final DynamoDbClient dynamoDb;
  private final TableNames tables;

  ApiRates(DynamoDbClient dynamoDb, TableNames tables) {
    this.dynamoDb = dynamoDb;
    this.tables = tables;
  }

  /**
   * Counts some requests at once, so that not every one of them costs a write.
   *
   * @param minute when it began
   * @param requests how many; none is counted when they don't all fit
   * @param limit of the account's requests in the minute
   * @return false when they don't fit
   */
  public boolean take(String accountId, Instant minute, int requests, int limit) {
    try {
      dynamoDb.updateItem(
          update ->
              update
                  .tableName(tables.apiRates())
                  // A time holds no space, so two pairs never meet.
                  .key(Map.of("accountMinute", fromS(minute + " " + accountId)))
                  .updateExpression("ADD requests :requests SET expiresAt = :expiresAt")
                  .conditionExpression(Conditions.MINUTE_HAS_ROOM)
                  .expressionAttributeValues(
                      Map.of(
                          ":requests", fromN(Integer.toString(requests)),
                          ":room", fromN(Integer.toString(limit - requests)),
                          ":expiresAt", IdempotencyKey.seconds(minute.plusSeconds(3600)))));
      return true;
    } catch (ConditionalCheckFailedException _) {
      return false;
    }
  }
}
