package dev.ipauth.functions.lambda;

import dev.ipauth.settings.BadSettings;
import dev.ipauth.settings.Setting;
import dev.ipauth.settings.Values;
import java.util.List;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** A function's environment on AWS Lambda. */
public final class LambdaSettings {
  private LambdaSettings() {}

  /** The DynamoDB of the function's region, with its role; a call ends before the function does. */
  public static DynamoDbClient dynamoDb() {
    return DynamoDbTimeouts.of(DynamoDbClient.builder()).build();
  }

  /**
   * What its variables say.
   *
   * @throws BadSettings with a line for everything that is wrong with them
   */
  public static Values read(List<Setting<?>> settings) {
    return Values.of(settings, System.getenv());
  }
}
