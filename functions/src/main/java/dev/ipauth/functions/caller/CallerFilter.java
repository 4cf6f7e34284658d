package dev.ipauth.functions.caller;

import dev.ipauth.functions.caller.Tally.Standing;
import dev.ipauth.functions.problem.Problem;
import dev.ipauth.functions.problem.ProblemType;
import dev.ipauth.functions.problem.Refusal;
import io.micronaut.core.annotation.Order;
import io.micronaut.core.order.Ordered;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lets nothing below {@code /v1} in without a verified token, save the API's description. It comes
 * before all that judges a request: who has no token is told so, as API Gateway does, and nothing
 * else.
 */
@ServerFilter("/v1/**")
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
public final class CallerFilter {
  private static final String CALLER = Caller.class.getName();
  static final String STANDING = Standing.class.getName();
  private static final String DESCRIPTION = "/v1/openapi.yaml";
  private static final String SCHEME = "Bearer ";

  private final Bearers bearers;
  private final ClientAddress address;
  private final Rates rates;
  private final @Nullable String requiredScope;
  private final Deadline.AfterRequest deadline;

  CallerFilter(
      Bearers bearers,
      ClientAddress address,
      Rates rates,
      Issuer issuer,
      Deadline.AfterRequest deadline) {
    this.bearers = bearers;
    this.address = address;
    this.rates = rates;
    this.requiredScope = issuer.requiredScope();
    this.deadline = deadline;
  }

  /** Who sent this request, which has come through this filter. */
  public static Caller callerOf(HttpRequest<?> request) {
    return request
        .getAttribute(CALLER, Caller.class)
        .orElseThrow(() -> new IllegalStateException("The request came around the filter"));
  }

  @RequestFilter
  @ExecuteOn(TaskExecutors.BLOCKING)
  void identify(HttpRequest<?> request) {
    if (request.getPath().equals(DESCRIPTION)) {
      return;
    }
    Caller caller =
        switch (bearers.verify(bearerToken(request))) {
          case Verdict.Good good ->
              new Caller(
                  good.accountId(), good.subject(), address.of(request), deadline.begin(request));
          case Verdict.Bad() ->
              throw unauthorized(
                  "The token is not valid here, or no longer. " + bearers.whereToGet(),
                  "Bearer error=\"invalid_token\"");
          case Verdict.OutOfScope() ->
              throw new Refusal(
                  Problem.of(
                      ProblemType.FORBIDDEN,
                      "The token lacks the scope that this API asks for: " + requiredScope + "."),
                  Map.of(
                      HttpHeaders.WWW_AUTHENTICATE,
                      "Bearer error=\"insufficient_scope\", scope=\"" + requiredScope + "\""));
          case Verdict.Unknown() ->
              throw new Refusal(
                  Problem.of(
                      ProblemType.UNAVAILABLE,
                      "The identity provider's keys can't be read just now. Try again."),
                  Map.of(HttpHeaders.RETRY_AFTER, "5"));
        };
    Standing standing = rates.count(caller.accountId());
    request.setAttribute(STANDING, standing);
    if (!standing.allowed()) {
      throw tooMany();
    }
    request.setAttribute(CALLER, caller);
  }

  private String bearerToken(HttpRequest<?> request) {
    @Nullable String header = request.getHeaders().get(HttpHeaders.AUTHORIZATION);
    if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw unauthorized(bearers.howToSend(), "Bearer");
    }
    return header.substring(SCHEME.length()).strip();
  }

  private static Refusal unauthorized(String detail, String challenge) {
    return new Refusal(
        Problem.of(ProblemType.UNAUTHORIZED, detail),
        Map.of(HttpHeaders.WWW_AUTHENTICATE, challenge));
  }

  private Refusal tooMany() {
    long seconds = rates.secondsUntilNext();
    return new Refusal(
        Problem.of(
            ProblemType.TOO_MANY_REQUESTS,
            "The account has made too many requests this minute. Wait " + seconds + " s."),
        Map.of(HttpHeaders.RETRY_AFTER, Long.toString(seconds)));
  }
}
