package dev.ipauth.relay.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.ipauth.relay.fault.AwsFault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProviderChain;
import software.amazon.awssdk.auth.credentials.SystemPropertyCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/** Every way in which the tables can't be read, as the AWS SDK really tells it. */
class AwsFaultTest {
  private static final DynamoTables.Settings SETTINGS =
      new DynamoTables.Settings("Users", "Addresses", 1, Duration.ofMinutes(1));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          400 | AccessDeniedException | Access is denied
          400 | ResourceNotFoundException | There is no such table: look at SMTP_USERS_TABLE
          400 | ValidationException | A table's key isn't the expected one
          400 | ExpiredTokenException | The AWS credentials have expired
          400 | UnrecognizedClientException | The AWS credentials are refused
          400 | InvalidSignatureException | The AWS credentials are refused
          400 | MissingAuthenticationTokenException | The AWS credentials are refused
          400 | ProvisionedThroughputExceededException | DynamoDB throttles the relay
          400 | ThrottlingException | DynamoDB throttles the relay
          400 | RequestLimitExceeded | DynamoDB throttles the relay
          500 | InternalServerError | DynamoDB fails (status 500)
          503 | ServiceUnavailable | DynamoDB fails (status 503)
          418 | Teapot | DynamoDB refuses the relay (status 418)
          """)
  void whatDynamoDbAnswersIsToldWithItsOwnWords(int status, String code, String words)
      throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] body =
        ("{\"__type\":\"com.amazonaws.dynamodb.v20120810#" + code + "\",\"message\":\"as\\nsaid\"}")
            .getBytes(UTF_8);
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.0");
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      String sentence =
          failure(
              "http://127.0.0.1:" + server.getAddress().getPort(),
              AnonymousCredentialsProvider.create());
      assertTrue(sentence.startsWith(words), sentence);
      assertTrue(sentence.endsWith("DynamoDB says: as said"), sentence);
    } finally {
      server.stop(0);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          http://no-such-host.invalid:1 | The name no-such-host.invalid doesn't resolve
          http://127.0.0.1:1 | DynamoDB can't be reached
          """)
  void whatNeverAnswersIsTold(String endpoint, String words) {
    String sentence = failure(endpoint, AnonymousCredentialsProvider.create());
    String resolver = ":? (Name or service not known|Temporary failure in name resolution)";
    assertTrue(sentence.replaceAll(resolver, "").startsWith(words), sentence);
  }

  @Test
  void missingCredentialsAreTold() {
    AwsCredentialsProvider none =
        AwsCredentialsProviderChain.of(SystemPropertyCredentialsProvider.create());
    String sentence = failure("http://127.0.0.1:1", none);
    assertTrue(sentence.startsWith("There are no AWS credentials"), sentence);
  }

  @Test
  void waitingTooLongIsTold() {
    assertTrue(
        AwsFault.TABLES
            .sentence(new CompletionException(new TimeoutException()))
            .startsWith("DynamoDB doesn't answer in time"));
    assertTrue(
        AwsFault.TABLES
            .sentence(new CompletionException(new RejectedExecutionException()))
            .contains("LOOKUPS_AT_ONCE"));
  }

  @Test
  void aRowThatMakesNoSenseConcernsNobodyElse() {
    assertFalse(AwsFault.concernsAll(new IllegalArgumentException("no such column")));
  }

  private static String failure(String endpoint, AwsCredentialsProvider credentials) {
    try (var client =
        DynamoTables.client(SETTINGS, Duration.ofMinutes(1), Duration.ofMinutes(3))
            .endpointOverride(URI.create(endpoint))
            .region(Region.EU_CENTRAL_1)
            .credentialsProvider(credentials)
            .build()) {
      var tables = new DynamoTables(client, SETTINGS);
      var failure = assertThrows(RuntimeException.class, tables::probe);
      assertNotNull(failure.getCause());
      assertTrue(AwsFault.concernsAll(failure), failure::toString);
      return AwsFault.TABLES.sentence(failure);
    }
  }
}
