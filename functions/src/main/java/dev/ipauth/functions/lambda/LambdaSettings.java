package dev.ipauth.functions.lambda;

import java.time.Duration;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** A function's environment on AWS Lambda. */
public final class LambdaSettings {
  private LambdaSettings() {}

  /** The DynamoDB of the function's region, with its role; a call ends before the function does. */
  public static DynamoDbClient dynamoDb() {
    return DynamoDbTimeouts.of(DynamoDbClient.builder()).build();
  }

  /** What a variable says, or what it means not to set it. */
  public static String text(String variable, String otherwise) {
    String value = System.getenv(variable);
    return value == null || value.isBlank() ? otherwise : value;
  }

  /**
   * Likewise, of a number of days.
   *
   * @throws NumberFormatException when it says anything else
   */
  public static Duration days(String variable, int otherwise) {
    return Duration.ofDays(Long.parseLong(text(variable, Integer.toString(otherwise))));
  }
}
