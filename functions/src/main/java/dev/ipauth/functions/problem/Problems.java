package dev.ipauth.functions.problem;

import dev.ipauth.functions.dependency.TablesUnavailable;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Primary;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import java.io.EOFException;
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

  /** The framework's, for a body that ends too early: nothing has failed here. */
  @Singleton
  ExceptionHandler<EOFException, HttpResponse<?>> cutOff() {
    return (request, cut) -> answer(Problem.cutOff(), Map.of());
  }

  @Singleton
  ExceptionHandler<Throwable, HttpResponse<?>> anything() {
    return (request, failure) -> {
      LOG.error("{} {} failed", request.getMethod(), request.getPath(), failure);
      return answer(Problem.internalError(), Map.of());
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
        ProblemType type = type(context, response.status());
        MutableHttpResponse<Problem> answer = response.body(problem(type));
        if (response.status() == HttpStatus.UNSUPPORTED_MEDIA_TYPE
            && context.getRequest().getMethod() == HttpMethod.PATCH) {
          answer.header(Refusal.ACCEPT_PATCH, Refusal.PATCHES);
        }
        return answer.status(type.status()).contentType(Problem.MEDIA_TYPE);
      }
    };
  }

  private static HttpResponse<?> unavailable(Throwable failure) {
    LOG.debug("Answered 503", failure);
    return answer(problem(ProblemType.UNAVAILABLE), SOON);
  }

  private static HttpResponse<?> answer(Problem problem, Map<String, String> headers) {
    MutableHttpResponse<Problem> answer =
        HttpResponse.<Problem>status(HttpStatus.valueOf(problem.status()))
            .body(problem)
            .contentType(Problem.MEDIA_TYPE);
    headers.forEach(answer::header);
    return answer;
  }

  // The server names no cause when it couldn't read a request's head, and a path of its own when
  // that was the first line.
  private static ProblemType type(ErrorContext context, HttpStatus status) {
    boolean head =
        status == HttpStatus.REQUEST_ENTITY_TOO_LARGE && context.getRootCause().isEmpty();
    if (!head) {
      return ProblemType.of(status);
    }
    return context.getRequest().getPath().equals("/bad-request")
        ? ProblemType.URI_TOO_LONG
        : ProblemType.HEADERS_TOO_LARGE;
  }

  private static Problem problem(ProblemType type) {
    String detail =
        switch (type) {
          case NOT_FOUND -> Refusal.notFound().problem().detail();
          case MALFORMED_REQUEST,
              METHOD_NOT_ALLOWED,
              NOT_ACCEPTABLE,
              TOO_LARGE,
              URI_TOO_LONG,
              HEADERS_TOO_LARGE,
              UNSUPPORTED_MEDIA_TYPE,
              UNAVAILABLE,
              INTERNAL_ERROR ->
              type.example();
          default -> type.title() + ".";
        };
    return Problem.of(type, detail);
  }
}
