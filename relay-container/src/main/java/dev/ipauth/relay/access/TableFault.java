package dev.ipauth.relay.access;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;

/**
 * Why the tables can't be read, in words for whoever set them up. The AWS SDK says it in exceptions
 * within exceptions, and in its own words.
 */
final class TableFault {
  private static final String NO_ANSWER = "DynamoDB doesn't answer in time.";

  private static final String THROTTLED =
      "DynamoDB throttles the reads: look at the tables' capacity.";

  private TableFault() {}

  /** A sentence or two. */
  static String sentence(Throwable failure) {
    List<Throwable> causes = causes(failure);
    return find(causes, AwsServiceException.class)
        .map(TableFault::refused)
        .or(() -> unreachable(causes))
        .or(() -> noCredentials(causes))
        .or(() -> find(causes, GatheredReads.Throttled.class).map(_ -> THROTTLED))
        .or(() -> late(causes))
        .orElseGet(() -> oneLine(causes.getLast()));
  }

  /**
   * Whether it tells something about the tables as a whole. A row that makes no sense, or two that
   * don't agree, are the trouble of one device.
   */
  static boolean concernsAll(Throwable failure) {
    return causes(failure).stream()
        .anyMatch(
            cause ->
                cause instanceof AwsServiceException
                    || cause instanceof SdkClientException
                    || cause instanceof IOException
                    || cause instanceof TimeoutException
                    || cause instanceof RejectedExecutionException
                    || cause instanceof GatheredReads.Throttled);
  }

  // --- DynamoDB answered -------------------------------------------------------------------------

  private static String refused(AwsServiceException refusal) {
    AwsErrorDetails details = refusal.awsErrorDetails();
    String code = details == null || details.errorCode() == null ? "" : details.errorCode();
    String said = details == null || details.errorMessage() == null ? "" : details.errorMessage();
    String words =
        switch (code) {
          case "AccessDeniedException", "AccessDenied" ->
              "Access is denied: look at the policy of the relay's role, and the key's.";
          case "ResourceNotFoundException" ->
              "There is no such table: look at SMTP_USERS_TABLE, IP_AUTHENTICATIONS_TABLE and"
                  + " AWS_REGION.";
          case "ValidationException" ->
              "A table's key isn't the expected one: look at SMTP_USERS_TABLE and"
                  + " IP_AUTHENTICATIONS_TABLE.";
          case "ExpiredTokenException", "ExpiredToken" ->
              "The AWS credentials have expired: they must be renewed.";
          case "UnrecognizedClientException",
              "InvalidSignatureException",
              "InvalidClientTokenId",
              "MissingAuthenticationToken",
              "MissingAuthenticationTokenException",
              "IncompleteSignature",
              "IncompleteSignatureException" ->
              "The AWS credentials are refused: look at the access key, its region and this"
                  + " machine's clock.";
          case "ThrottlingException",
              "Throttling",
              "ProvisionedThroughputExceededException",
              "RequestLimitExceeded" ->
              THROTTLED;
          default -> fallback(refusal);
        };
    return said.isEmpty() ? words : words + " DynamoDB says: " + oneLine(said);
  }

  private static String fallback(AwsServiceException refusal) {
    int status = refusal.statusCode();
    return status >= 500
        ? "DynamoDB fails (status " + status + "): look at AWS's health dashboard."
        : "DynamoDB refuses the reads (status " + status + ").";
  }

  // --- It didn't ---------------------------------------------------------------------------------

  private static Optional<String> unreachable(List<Throwable> causes) {
    return find(causes, UnknownHostException.class)
        .map(
            e ->
                "The name "
                    + oneLine(e)
                    + " doesn't resolve: look at AWS_REGION, AWS_ENDPOINT_URL_DYNAMODB and DNS.")
        .or(
            () ->
                find(causes, SSLException.class).map(e -> "TLS with DynamoDB fails: " + oneLine(e)))
        .or(() -> find(causes, SocketTimeoutException.class).map(_ -> NO_ANSWER))
        .or(
            () ->
                find(causes, ConnectException.class)
                    .map(
                        e ->
                            "DynamoDB can't be reached ("
                                + oneLine(e)
                                + "): look at the network, and AWS_ENDPOINT_URL_DYNAMODB."))
        .or(
            () ->
                find(causes, SocketException.class)
                    .map(e -> "The connection to DynamoDB breaks off: " + oneLine(e)));
  }

  private static Optional<String> noCredentials(List<Throwable> causes) {
    return causes.stream()
        .map(cause -> String.valueOf(cause.getMessage()))
        .filter(message -> message.startsWith("Unable to load credentials"))
        .findFirst()
        .map(
            _ ->
                "There are no AWS credentials: give the task a role, or set AWS_ACCESS_KEY_ID and"
                    + " AWS_SECRET_ACCESS_KEY.");
  }

  private static Optional<String> late(List<Throwable> causes) {
    if (find(causes, RejectedExecutionException.class).isPresent()) {
      return Optional.of(
          "Reads wait longer for their turn than LOOKUP_TIMEOUT: DynamoDB is slow, or"
              + " LOOKUPS_AT_ONCE too low.");
    }
    return Stream.of(
                ApiCallTimeoutException.class,
                ApiCallAttemptTimeoutException.class,
                TimeoutException.class)
            .anyMatch(kind -> find(causes, kind).isPresent())
        ? Optional.of(NO_ANSWER)
        : Optional.empty();
  }

  private static <T> Optional<T> find(List<Throwable> causes, Class<T> kind) {
    return causes.stream().filter(kind::isInstance).map(kind::cast).findFirst();
  }

  private static List<Throwable> causes(Throwable failure) {
    var causes = new ArrayList<Throwable>();
    for (Throwable t = failure; t != null && !causes.contains(t); t = t.getCause()) {
      causes.add(t);
    }
    return causes;
  }

  private static String oneLine(Throwable failure) {
    String message = failure.getMessage();
    return oneLine(message == null ? "no details are known" : message);
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }
}
