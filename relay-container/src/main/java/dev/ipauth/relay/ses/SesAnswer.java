package dev.ipauth.relay.ses;

import dev.ipauth.relay.fault.Cause;
import dev.ipauth.relay.http.HttpAnswer;
import dev.ipauth.relay.http.HttpFault;
import dev.ipauth.relay.onward.Failure;
import dev.ipauth.relay.onward.Failure.Kind;
import dev.ipauth.relay.onward.Failure.Stage;
import dev.ipauth.relay.smtp.Replies;
import dev.ipauth.relay.smtp.Reply;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * What a device hears of SES's answer, and why when it isn't 250.
 *
 * @param failure null when SES has taken the message
 */
record SesAnswer(Reply reply, @Nullable Failure failure) {
  static final String SAID = "Amazon SES said ";

  private static final Set<String> THROTTLES =
      Set.of(
          "TooManyRequestsException",
          "ThrottlingException",
          "Throttling",
          "LimitExceededException",
          "RequestLimitExceeded");

  static SesAnswer of(Failure failure) {
    return new SesAnswer(failure.heard(), failure);
  }

  /** What SES answered to a message. */
  static SesAnswer of(HttpAnswer answer) {
    String error = error(answer);
    String words = words(answer);
    int status = answer.status();
    if (status == 200 && answer.fields().get("MessageId").isPresent()) {
      return new SesAnswer(Reply.of(250, "2.0.0 Ok " + answer.fields().words("MessageId")), null);
    }
    if (isThrottle(answer)) {
      return failed(Stage.MAIL, Kind.REFUSED_FOR_NOW, error + ": " + words, Replies.THROTTLED);
    }
    if (status == 413) {
      return refused(error, Replies.TOO_LARGE);
    }
    if (isNonsense(answer)) {
      String why = "the answer " + status + ", which says nothing of the message";
      return of(new Failure(Stage.FINAL_DOT, Kind.NONSENSE, SAID + why));
    }
    return of(error, words);
  }

  /** Whether an answer other than 200 says nothing of what was asked. */
  static boolean isNonsense(HttpAnswer answer) {
    return answer.status() < 400 || answer.status() >= 500 || error(answer).isEmpty();
  }

  /** Whether SES throttles. */
  static boolean isThrottle(HttpAnswer answer) {
    return answer.status() == 429 || THROTTLES.contains(error(answer));
  }

  /** What isn't known to be the message's fault is the operator's: then nothing is lost by it. */
  private static SesAnswer of(String error, String words) {
    return switch (error) {
      case "MessageRejected", "MessageRejectedException" -> rejected(error, words);
      case "BadRequestException", "InvalidParameterValue", "ValidationException" ->
          saysTooLarge(words)
              ? refused(words, Replies.TOO_LARGE)
              : refused(error + ": " + words, Reply.of(554, "5.6.0 " + words));
      default ->
          failed(Stage.FINAL_DOT, Kind.OPERATOR, error + ": " + words, Replies.MISCONFIGURED);
    };
  }

  private static SesAnswer rejected(String error, String words) {
    if (words.toLowerCase(Locale.ROOT).contains("not verified")) {
      return refused(words, Reply.of(550, "5.7.1 " + words));
    }
    return saysTooLarge(words)
        ? refused(words, Replies.TOO_LARGE)
        : refused(error + ": " + words, Reply.of(554, "5.6.0 " + words));
  }

  private static boolean saysTooLarge(String words) {
    String lower = words.toLowerCase(Locale.ROOT);
    return lower.contains("too large")
        || lower.contains("too long")
        || (lower.contains("length") && lower.contains("exceed"))
        || lower.contains("maximum message size");
  }

  private static SesAnswer refused(String why, Reply reply) {
    return failed(Stage.FINAL_DOT, Kind.REFUSED_FOR_GOOD, why, reply);
  }

  private static SesAnswer failed(Stage stage, Kind kind, String why, Reply reply) {
    return of(new Failure(stage, kind, SAID + why, reply));
  }

  /** What it comes to when no answer came. */
  static SesAnswer of(Throwable failure) {
    Throwable wrapped = failure instanceof CompletionException ? failure.getCause() : null;
    Throwable cause = wrapped == null ? failure : wrapped;
    return switch (cause) {
      case HttpFault fault -> of(fault);
      case SesApi.NoCredentials none ->
          of(
              new Failure(
                  Stage.AUTH,
                  Kind.OPERATOR,
                  String.valueOf(none.getMessage()),
                  Replies.MISCONFIGURED));
      default ->
          of(new Failure(Stage.TEXT, Kind.NONSENSE, "the request failed: " + Cause.inWords(cause)));
    };
  }

  /** What it comes to when nothing was sent but a question. */
  static Failure ofOpening(Throwable failure) {
    Failure why = Objects.requireNonNull(of(failure).failure());
    return why.stage().isOpening() ? why : new Failure(Stage.CONNECT, why.kind(), why.why());
  }

  private static SesAnswer of(HttpFault fault) {
    String why = String.valueOf(fault.getMessage());
    return of(
        switch (fault.kind()) {
          case NOT_SENT -> new Failure(Stage.CONNECT, Kind.UNREACHABLE, why);
          case NOT_ANSWERED -> new Failure(Stage.FINAL_DOT, Kind.TIMED_OUT, why);
          case UNTRUSTED -> new Failure(Stage.TLS, Kind.OPERATOR, why, Replies.MISCONFIGURED);
        });
  }

  /** Whether SES may have taken the message though nobody heard so. */
  boolean isAmbiguous() {
    return failure != null
        && failure.stage() == Stage.FINAL_DOT
        && failure.kind() == Kind.TIMED_OUT;
  }

  // --- What an error is called -------------------------------------------------------------------

  /** Without the namespace before a hash and the URL behind a colon that some carry. */
  static String error(HttpAnswer answer) {
    String named =
        answer
            .headers()
            .firstValue("x-amzn-ErrorType")
            .or(() -> answer.fields().get("__type"))
            .or(() -> answer.fields().get("code"))
            .orElse("");
    String name = named.substring(named.indexOf('#') + 1);
    int colon = name.indexOf(':');
    String plain = colon < 0 ? name : name.substring(0, colon);
    return plain.matches("[A-Za-z0-9]{1,100}") ? plain : "";
  }

  static String words(HttpAnswer answer) {
    String words = answer.fields().words("message");
    String said = words.isEmpty() ? answer.fields().words("Message") : words;
    return said.isEmpty() ? "(no words)" : said;
  }
}
