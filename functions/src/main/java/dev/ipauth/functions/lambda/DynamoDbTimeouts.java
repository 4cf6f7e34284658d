package dev.ipauth.functions.lambda;

import java.time.Duration;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;

/**
 * How long a function waits for DynamoDB. The last call of a request begins by its deadline, and is
 * answered or given up well before API Gateway stops waiting (30 s); a batch of lines that gives up
 * after many of them does so before Lambda ends it.
 */
public final class DynamoDbTimeouts {
  private static final Duration TO_CONNECT = Duration.ofSeconds(1);
  private static final Duration ONE_TRY = Duration.ofSeconds(2);
  private static final Duration ALL_TRIES = Duration.ofSeconds(5);

  private DynamoDbTimeouts() {}

  /** Sets them. The socket has one of its own: a blocking read minds no other. */
  public static DynamoDbClientBuilder of(DynamoDbClientBuilder client) {
    return client
        .httpClientBuilder(
            UrlConnectionHttpClient.builder().connectionTimeout(TO_CONNECT).socketTimeout(ONE_TRY))
        .overrideConfiguration(
            override -> override.apiCallAttemptTimeout(ONE_TRY).apiCallTimeout(ALL_TRIES));
  }
}
