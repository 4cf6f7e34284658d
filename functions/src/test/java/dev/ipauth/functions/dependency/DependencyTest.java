package dev.ipauth.functions.dependency;

import static dev.ipauth.functions.dependency.Log.log;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.TransactionInProgressException;

/** What the log says of an outage, and how often. */
class DependencyTest {
  private final RuntimeException away =
      SdkClientException.create("Unable to execute", new ConnectException("Connection refused"));
  private static final String BEGINS =
      "The tables can't be used: nobody takes the connection (Connection refused). All is lost.";

  private long nanos;
  private final Dependency tables = new Dependency("The tables", "All is lost.", () -> nanos);

  @Test
  void anOutageIsTwoLinesHoweverMuchFails() {
    List<String> log =
        log(
            () -> {
              tables.worked();
              for (int i = 0; i < 1000; i++) {
                tables.failed(away);
              }
              later(Duration.ofSeconds(3));
              tables.worked();
              tables.worked();
            });

    assertEquals(List.of(BEGINS, "The tables can be used again. 1000 calls failed in 3 s."), log);
  }

  @Test
  void theNextOutageIsToldAnew() {
    List<String> log =
        log(
            () -> {
              for (int i = 0; i < 2; i++) {
                tables.failed(away);
                tables.worked();
                later(Duration.ofMinutes(2));
              }
            });

    assertEquals(4, log.size(), log::toString);
  }

  /** Every other use fails: the second outage is over when nothing has failed for a while. */
  @Test
  void whatFailsNowAndThenDoesNotFillTheLog() {
    List<String> log =
        log(
            () -> {
              for (int i = 0; i < 1000; i++) {
                later(Duration.ofSeconds(1));
                tables.failed(away);
                tables.worked();
              }
              later(Duration.ofSeconds(11));
              tables.worked();
            });

    assertEquals(4, log.size(), log::toString);
    assertTrue(log.getLast().endsWith(" 999 calls failed in 1009 s."), log.getLast());
  }

  private static Stream<Arguments> causes() {
    return Stream.of(
        Arguments.of(
            SdkClientException.create("x", new UnknownHostException("dynamodb.invalid")),
            "the host name dynamodb.invalid can't be resolved"),
        Arguments.of(
            SdkClientException.create("x", new SocketTimeoutException("Read timed out")),
            "there is no answer in time"),
        Arguments.of(
            DynamoDbException.builder()
                .statusCode(400)
                .awsErrorDetails(
                    AwsErrorDetails.builder()
                        .errorCode("AccessDeniedException")
                        .errorMessage("role/api isn't\nallowed to read")
                        .build())
                .build(),
            "AWS says role/api isn't allowed to read (AccessDeniedException, status 400)"),
        Arguments.of(
            SdkClientException.create("Unable to load credentials."), "Unable to load credentials"),
        Arguments.of(new IllegalStateException(), "no details are known"));
  }

  @ParameterizedTest
  @MethodSource("causes")
  void theCauseIsInWords(Throwable cause, String words) {
    assertEquals(
        List.of("The tables can't be used: " + words + ". All is lost."),
        log(() -> tables.failed(cause)));
  }

  @Test
  void aRefusedConditionIsNoOutage() {
    List<String> log =
        log(
            () -> {
              call(ConditionalCheckFailedException.builder().build());
              call(cancelled("None", "ConditionalCheckFailed"));
              call(cancelled("TransactionConflict"));
              call(TransactionInProgressException.builder().build());
            });

    assertEquals(List.of(), log);
  }

  @Test
  void aRefusalForWantOfCapacityIsOne() {
    assertEquals(1, log(() -> call(cancelled("None", "ThrottlingError"))).size());
  }

  /** To make one asks nothing, so it is no end of the outage either. */
  @Test
  void thePagesOfAListAreWatched() {
    List<String> log =
        log(
            () -> {
              DynamoDbClient watched = failing(SdkException.create("away", away));
              var pages = watched.queryPaginator(query -> {}).iterator();
              assertThrows(SdkException.class, pages::next);
              var _ = watched.scanPaginator(scan -> {});
              assertEquals("DynamoDB", watched.serviceName());
              watched.close();
            });

    assertEquals(1, log.size(), log::toString);
  }

  private static TransactionCanceledException cancelled(String... codes) {
    return TransactionCanceledException.builder()
        .message("Cancelled")
        .cancellationReasons(
            Stream.of(codes).map(code -> CancellationReason.builder().code(code).build()).toList())
        .build();
  }

  private void call(SdkException failure) {
    DynamoDbClient watched = failing(failure);
    assertEquals(failure, assertThrows(SdkException.class, () -> watched.getItem(get -> {})));
  }

  private DynamoDbClient failing(SdkException failure) {
    return WatchedTables.of(
        new DynamoDbClient() {
          @Override
          public GetItemResponse getItem(GetItemRequest get) {
            throw failure;
          }

          @Override
          public QueryResponse query(QueryRequest query) {
            throw failure;
          }

          @Override
          public String serviceName() {
            return "DynamoDB";
          }

          @Override
          public void close() {}
        },
        tables);
  }

  private void later(Duration time) {
    nanos += time.toNanos();
  }
}
