package dev.ipauth.local;

import dev.ipauth.functions.caller.CallerFilter;
import dev.ipauth.functions.problem.Problem;
import dev.ipauth.functions.problem.ProblemType;
import dev.ipauth.functions.problem.Refusal;
import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.http.filter.FilterContinuation;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.time.Duration;
import java.util.Map;

/**
 * Makes an account's answers only where there is room for them: those that nobody reads would fill
 * the memory of the process that the mail goes through, too. On AWS, a process makes one at a time.
 *
 * <p>Behind {@link CallerFilter}, which tells whose request it is. What changes something has a
 * small answer, and isn't kept waiting.
 */
@ServerFilter("/v1/**")
@Order(Ordered.LOWEST_PRECEDENCE)
final class HeldAnswers {
  private static final String DESCRIPTION = "/v1/openapi.yaml";

  /** The rest of a request's time is for its reads. */
  private static final Duration TIMEOUT = Duration.ofSeconds(4);

  private final AnswerRoom room = new AnswerRoom(Runtime.getRuntime().maxMemory(), TIMEOUT);

  @RequestFilter
  @ExecuteOn(TaskExecutors.BLOCKING)
  MutableHttpResponse<?> hold(
      HttpRequest<?> request, FilterContinuation<MutableHttpResponse<?>> next)
      throws InterruptedException {
    boolean isRead =
        request.getMethod() == HttpMethod.GET || request.getMethod() == HttpMethod.HEAD;
    if (!isRead || request.getPath().equals(DESCRIPTION)) {
      return next.proceed();
    }
    AnswerRoom.Share share =
        room.enter(CallerFilter.callerOf(request).accountId()).orElseThrow(HeldAnswers::noRoom);
    try {
      return next.proceed();
    } finally {
      OneAtATime.hold(((NettyHttpRequest<?>) request).getChannelHandlerContext().channel(), share);
    }
  }

  private static Refusal noRoom() {
    return new Refusal(
        Problem.of(
            ProblemType.TOO_MANY_REQUESTS,
            "Too much is asked for at once. Read the answers that are under way, and try again."),
        Map.of(HttpHeaders.RETRY_AFTER, "5"));
  }
}
