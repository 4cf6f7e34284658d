package dev.ipauth.functions.caller;

import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromN;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;

/** How many requests an account has made in a minute, counted across all processes. */
public final class ApiRates {
  private final DynamoDbClient dynamoDb;
  private final String table;

  public ApiRates(DynamoDbClient dynamoDb, String table) {
    this.dynamoDb = dynamoDb;
    this.table = table;
  }

  /**
   * Adds requests that were made, so that not every one of them costs a write.
   *
   * @param minute when it began
   * @param requests how many, 1 or more
   * @return how many that makes, by all processes
   */
  long add(String accountId, Instant minute, long requests) {
    Map<String, AttributeValue> counted =
        dynamoDb
            .updateItem(
                update ->
                    update
                        .tableName(table)
                        // A time holds no space, so two pairs never meet.
                        .key(Map.of("accountMinute", fromS(minute + " " + accountId)))
                        .updateExpression("ADD requests :requests SET expiresAt = :expiresAt")
                        .expressionAttributeValues(
                            Map.of(
                                ":requests", fromN(Long.toString(requests)),
                                ":expiresAt",
                                    fromN(
                                        Long.toString(minute.plusSeconds(3600).getEpochSecond()))))
                        .returnValues(ReturnValue.UPDATED_NEW))
            .attributes();
    return Long.parseLong(Objects.requireNonNull(counted.get("requests"), "requests").n());
  }
}
