package dev.ipauth.functions.dependency;

import java.io.FileNotFoundException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;

/** Why something can't be used, in words for whoever has set it up. */
final class Cause {
  private Cause() {}

  /** Without a full stop, on one line. The first cause that is known tells it. */
  static String inWords(Throwable failure) {
    List<Throwable> causes = causes(failure);
    String words =
        causes.stream()
            .map(Cause::known)
            .flatMap(Optional::stream)
            .findFirst()
            .orElseGet(() -> message(causes.getLast()));
    return words.replaceAll("\\s+", " ").strip().replaceAll("\\.+$", "");
  }

  private static List<Throwable> causes(Throwable failure) {
    var causes = new ArrayList<Throwable>();
    for (Throwable t = failure; t != null && !causes.contains(t); t = t.getCause()) {
      causes.add(t);
    }
    return causes;
  }

  private static Optional<String> known(Throwable cause) {
    return switch (cause) {
      case AwsServiceException e when e.awsErrorDetails() != null ->
          Optional.of(
              "AWS says %s (%s, status %s)"
                  .formatted(
                      e.awsErrorDetails().errorMessage(),
                      e.awsErrorDetails().errorCode(),
                      e.statusCode()));
      case UnknownHostException e ->
          Optional.of("the host name " + message(e) + " can't be resolved");
      case ConnectException e -> Optional.of("nobody takes the connection (" + message(e) + ")");
      case FileNotFoundException e -> Optional.of("there is nothing at " + message(e));
      case SocketTimeoutException _, ApiCallTimeoutException _, ApiCallAttemptTimeoutException _ ->
          Optional.of("there is no answer in time");
      default -> Optional.empty();
    };
  }

  private static String message(Throwable cause) {
    return cause.getMessage() == null ? "no details are known" : cause.getMessage();
  }
}
