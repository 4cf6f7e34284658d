package dev.ipauth.functions.register;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromN;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;

/** How many requests an account has made in a minute, counted across all processes. */
@Singleton
public final class ApiRates {
  private final DynamoDbClient dynamoDb;
  private final RegisterTables tables;

  ApiRates(DynamoDbClient dynamoDb, RegisterTables tables) {
    this.dynamoDb = dynamoDb;
    this.tables = tables;
  }

  /**
   * Adds requests that were made, so that not every one of them costs a write.
   *
   * @param minute when it began
   * @param requests how many, 1 or more
   * @return how many that makes, by all processes
   */
  public long add(String accountId, Instant minute, long requests) {
    Map<String, AttributeValue> counted =
        dynamoDb
            .updateItem(
                update ->
                    update
                        .tableName(tables.apiRates())
                        // A time holds no space, so two pairs never meet.
                        .key(Map.of("accountMinute", fromS(minute + " " + accountId)))
                        .updateExpression("ADD requests :requests SET expiresAt = :expiresAt")
                        .expressionAttributeValues(
                            Map.of(
                                ":requests", fromN(Long.toString(requests)),
                                ":expiresAt", IdempotencyKey.seconds(minute.plusSeconds(3600))))
                        .returnValues(ReturnValue.UPDATED_NEW))
            .attributes();
    return Long.parseLong(Objects.requireNonNull(counted.get("requests"), "requests").n());
  }
}
