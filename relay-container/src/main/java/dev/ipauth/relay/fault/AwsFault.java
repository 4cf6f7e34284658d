package dev.ipauth.relay.fault;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
 * Why something of AWS can't be used, in words for whoever set it up. The AWS SDK says it in
 * exceptions within exceptions, and in its own words.
 */
public enum AwsFault {
  /** The tables that say who may send. */
  TABLES("DynamoDB", "table", "SMTP_USERS_TABLE, IP_AUTHENTICATIONS_TABLE"),
  /** The table of what is kept. */
  QUEUE("DynamoDB", "table", "QUEUE_TABLE"),
  /** The bucket of what is kept. */
  TEXTS("S3", "bucket", "QUEUE_TEXTS");

  private final String service;
  private final String thing;
  private final String settings;

  /**
   * @param settings those that name it
   */
  AwsFault(String service, String thing, String settings) {
    this.service = service;
    this.thing = thing;
    this.settings = settings;
  }

  /** Something had no capacity, however often it was asked. */
  public static final class Throttled extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Throttled(String what) {
      super(what);
    }
  }

  /** A sentence or two. */
  public String sentence(Throwable failure) {
    List<Throwable> causes = causes(failure);
    return find(causes, AwsServiceException.class)
        .map(this::refused)
        .or(() -> unreachable(causes))
        .or(() -> noCredentials(causes))
        .or(() -> find(causes, Throttled.class).map(_ -> throttled()))
        .or(() -> late(causes))
        .orElseGet(() -> Cause.inWords(causes.getLast()));
  }

  /**
   * Whether it tells something about all of it. A row that makes no sense, or two that don't agree,
   * are the trouble of one device.
   */
  public static boolean concernsAll(Throwable failure) {
    return causes(failure).stream()
        .anyMatch(
            cause ->
                cause instanceof AwsServiceException
                    || cause instanceof SdkClientException
                    || cause instanceof IOException
                    || cause instanceof TimeoutException
                    || cause instanceof RejectedExecutionException
                    || cause instanceof Throttled);
  }

  // --- It answered -------------------------------------------------------------------------------

  private String refused(AwsServiceException refusal) {
    AwsErrorDetails details = refusal.awsErrorDetails();
    String code = details == null || details.errorCode() == null ? "" : details.errorCode();
    String said = details == null || details.errorMessage() == null ? "" : details.errorMessage();
    String words =
        switch (code) {
          case "AccessDeniedException", "AccessDenied" ->
              "Access is denied: look at the policy of the relay's role, and the key's.";
          case "ResourceNotFoundException", "NoSuchBucket", "PermanentRedirect" ->
              "There is no such " + thing + ": look at " + settings + " and AWS_REGION.";
          case "ValidationException" ->
              "A table's key isn't the expected one: look at " + settings + ".";
          case "ExpiredTokenException", "ExpiredToken" ->
              "The AWS credentials have expired: they must be renewed.";
          case "UnrecognizedClientException",
              "InvalidSignatureException",
              "InvalidClientTokenId",
              "InvalidAccessKeyId",
              "SignatureDoesNotMatch",
              "RequestTimeTooSkewed",
              "MissingAuthenticationToken",
              "MissingAuthenticationTokenException",
              "IncompleteSignature",
              "IncompleteSignatureException" ->
              "The AWS credentials are refused: look at the access key, its region and this"
                  + " machine's clock.";
          case "ThrottlingException",
              "Throttling",
              "ProvisionedThroughputExceededException",
              "RequestLimitExceeded",
              "SlowDown" ->
              throttled();
          default -> fallback(refusal);
        };
    return said.isEmpty() ? words : words + " " + service + " says: " + Cause.oneLine(said);
  }

  private String fallback(AwsServiceException refusal) {
    int status = refusal.statusCode();
    return status >= 500
        ? service + " fails (status " + status + "): look at AWS's health dashboard."
        : service + " refuses the relay (status " + status + ").";
  }

  private String throttled() {
    return service + " throttles the relay: look at the " + thing + "'s capacity.";
  }

  private String noAnswer() {
    return service + " doesn't answer in time.";
  }

  private String endpoint() {
    return "AWS_ENDPOINT_URL_" + service.toUpperCase(Locale.ROOT);
  }

  // --- It didn't ---------------------------------------------------------------------------------

  private Optional<String> unreachable(List<Throwable> causes) {
    return find(causes, UnknownHostException.class)
        .map(
            e ->
                "The name "
                    + oneLine(e)
                    + " doesn't resolve: look at AWS_REGION, "
                    + endpoint()
                    + " and DNS.")
        .or(
            () ->
                find(causes, SSLException.class)
                    .map(e -> "TLS with " + service + " fails: " + oneLine(e)))
        .or(() -> find(causes, SocketTimeoutException.class).map(_ -> noAnswer()))
        .or(
            () ->
                find(causes, ConnectException.class)
                    .map(
                        e ->
                            service
                                + " can't be reached ("
                                + oneLine(e)
                                + "): look at the network, and "
                                + endpoint()
                                + "."))
        .or(
            () ->
                find(causes, SocketException.class)
                    .map(e -> "The connection to " + service + " breaks off: " + oneLine(e)));
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

  private Optional<String> late(List<Throwable> causes) {
    if (find(causes, RejectedExecutionException.class).isPresent()) {
      return Optional.of(
          "Reads wait longer for their turn than LOOKUP_TIMEOUT: "
              + service
              + " is slow, or LOOKUPS_AT_ONCE too low.");
    }
    return Stream.of(
                ApiCallTimeoutException.class,
                ApiCallAttemptTimeoutException.class,
                TimeoutException.class)
            .anyMatch(kind -> find(causes, kind).isPresent())
        ? Optional.of(noAnswer())
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
    return Cause.words(failure);
  }
}
