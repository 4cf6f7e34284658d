package dev.ipauth.functions.problem;

import dev.ipauth.functions.register.TablesUnavailable;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Primary;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;

/** Makes a problem of whatever ends a request. */
@Factory
final class Problems {
  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
  private static final Map<String, String> SOON = Map.of(HttpHeaders.RETRY_AFTER, "2");

  @Singleton
  ExceptionHandler<Refusal, HttpResponse<?>> refusals() {
    return (request, refusal) -> answer(refusal.problem(), refusal.headers());
  }

  @Singleton
  ExceptionHandler<TablesUnavailable, HttpResponse<?>> unavailable() {
    return (request, failure) -> unavailable(failure);
  }

  @Singleton
  ExceptionHandler<SdkException, HttpResponse<?>> unreachable() {
    return (request, failure) -> unavailable(failure);
  }

  @Singleton
  ExceptionHandler<Throwable, HttpResponse<?>> anything() {
    return (request, failure) -> {
      LOG.error("{} {} failed", request.getMethod(), request.getPath(), failure);
      return answer(problem(HttpStatus.INTERNAL_SERVER_ERROR), Map.of());
    };
  }

  /** For what the framework refuses by itself. Its message is dropped: it may quote anything. */
  @Singleton
  @Primary
  ErrorResponseProcessor<Problem> framework() {
    return new ErrorResponseProcessor<>() {
      @Override
      public MutableHttpResponse<Problem> processResponse(
          ErrorContext context, MutableHttpResponse<?> response) {
        MutableHttpResponse<Problem> answer = response.body(problem(response.status()));
        return answer.contentType(Problem.MEDIA_TYPE);
      }
    };
  }

  private static HttpResponse<?> unavailable(Throwable failure) {
    LOG.warn("Answered 503", failure);
    return answer(problem(HttpStatus.SERVICE_UNAVAILABLE), SOON);
  }

  private static HttpResponse<?> answer(Problem problem, Map<String, String> headers) {
    MutableHttpResponse<Problem> answer =
        HttpResponse.<Problem>status(HttpStatus.valueOf(problem.status()))
            .body(problem)
            .contentType(Problem.MEDIA_TYPE);
    headers.forEach(answer::header);
    return answer;
  }

  private static Problem problem(HttpStatus status) {
    ProblemType type = ProblemType.of(status);
    String detail =
        switch (type) {
          case NOT_FOUND -> Refusal.notFound().problem().detail();
          case METHOD_NOT_ALLOWED -> "Use one of the methods that the Allow header lists.";
          case NOT_ACCEPTABLE -> "Answers are JSON: accept application/json.";
          case TOO_LARGE -> "A body has at most 16 KiB, and so has a path with its query.";
          case UNSUPPORTED_MEDIA_TYPE -> "Send the body as application/json.";
          case UNAVAILABLE ->
              "The tables can't be reached just now. Look whether the change was made, and send"
                  + " the request again.";
          case INTERNAL_ERROR -> "This should not have happened. The operator's log says more.";
          default ->
              "The body is missing, or the request is malformed. Compare it with /v1/openapi.yaml.";
        };
    return Problem.of(type, detail);
  }
}
