package dev.ipauth.functions.api;

import dev.ipauth.functions.caller.Caller;
import dev.ipauth.functions.problem.Problem;
import dev.ipauth.functions.problem.ProblemType;
import dev.ipauth.functions.problem.Refusal;
import dev.ipauth.functions.register.Result;
import dev.ipauth.tables.IpAuthentication;
import dev.ipauth.tables.SmtpUser;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;

/** What HTTP makes of the register's results. */
final class Answers {
  private Answers() {}

  /**
   * The user as it is now.
   *
   * @throws Refusal when it wasn't changed
   */
  static SmtpUser saved(Result result, Caller caller) {
    return switch (result) {
      case Result.Saved saved -> saved.user();
      case Result.Refused refused -> throw refusal(refused, caller);
    };
  }

  static HttpResponse<SmtpUserAnswer> user(SmtpUser user) {
    return tagged(HttpResponse.ok(SmtpUserAnswer.of(user)), user);
  }

  static <T> HttpResponse<T> tagged(MutableHttpResponse<T> answer, SmtpUser user) {
    return answer.header(HttpHeaders.ETAG, EntityTag.of(user));
  }

  private static Refusal refusal(Result.Refused refused, Caller caller) {
    return switch (refused) {
      case Result.NoSuchUser() -> Refusal.notFound();
      case Result.Stale() ->
          new Refusal(
              ProblemType.STALE, "The SMTP user was changed since. Read it again and decide anew.");
      case Result.UsernameTaken() ->
          new Refusal(ProblemType.USERNAME_TAKEN, "Choose another username; this one is taken.");
      case Result.AddressHeld held -> new Refusal(held(held.by(), caller));
      case Result.KeyReused() ->
          new Refusal(
              ProblemType.IDEMPOTENCY_KEY_REUSED,
              "This Idempotency-Key came with another body before. Use a new key for a new"
                  + " request.");
      case Result.MadeBeforeAndDeleted() ->
          new Refusal(
              ProblemType.IDEMPOTENCY_KEY_SPENT,
              "This Idempotency-Key made an SMTP user that has been deleted since. Use a new key.");
      case Result.MadeBefore _ ->
          throw new IllegalStateException("Only a creation can have been made before");
    };
  }

  private static Problem held(IpAuthentication holder, Caller caller) {
    boolean own = holder.accountId().equals(caller.accountId());
    Problem problem =
        Problem.of(
            ProblemType.IP_ALREADY_ASSIGNED,
            "Another SMTP user nominates this IP address. It must be removed there first.");
    return own ? problem.heldBy(holder.username().text()) : problem;
  }
}
