package dev.ipauth.functions.api;

import dev.ipauth.functions.caller.Caller;
import dev.ipauth.functions.messages.LastSeen;
import dev.ipauth.functions.problem.Problem;
import dev.ipauth.functions.problem.ProblemType;
import dev.ipauth.functions.problem.Refusal;
import dev.ipauth.functions.proof.ProofLinks;
import dev.ipauth.functions.register.Result;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.IpAuthentication;
import dev.ipauth.tables.PendingNomination;
import dev.ipauth.tables.SmtpUser;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.json.tree.JsonNode;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;

/** What HTTP makes of the register's results. */
@Singleton
final class Answers {
  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);
  private static final String REPLAYED = "Idempotent-Replayed";

  private final ProofLinks links;
  private final LastSeen lastSeen;
  private final Clock clock;

  Answers(ProofLinks links, LastSeen lastSeen, Clock clock) {
    this.links = links;
    this.lastSeen = lastSeen;
    this.clock = clock;
  }

  /**
   * The user as it is now.
   *
   * @throws Refusal when it wasn't changed
   */
  static SmtpUser saved(Result result, Caller caller) {
    return switch (result) {
      case Result.Saved saved -> saved.user();
      case Result.Replayed replayed -> replayed.user();
      case Result.Refused refused -> throw refusal(refused, caller);
    };
  }

  MutableHttpResponse<SmtpUserAnswer> user(SmtpUser user) {
    return user(user, lastSeen.of(user));
  }

  private MutableHttpResponse<SmtpUserAnswer> user(SmtpUser user, LastSeen.@Nullable Seen seen) {
    return tagged(HttpResponse.ok(shown(user, seen, null)), user);
  }

  /**
   * After a change, which is answered as made even where {@code lastSeen} can't be read: told that
   * it failed, a client would make it again, and meet its own version or a used key.
   */
  MutableHttpResponse<SmtpUserAnswer> changed(SmtpUser user) {
    return user(user, seenIfReadable(user));
  }

  private LastSeen.@Nullable Seen seenIfReadable(SmtpUser user) {
    try {
      return lastSeen.of(user);
    } catch (SdkException e) {
      LOG.debug("A change is answered without lastSeen, which can't be read", e);
      return null;
    }
  }

  /** 202 when the user waits for the address that it was to have. */
  MutableHttpResponse<SmtpUserAnswer> nominated(SmtpUser user, IpAddress ip) {
    boolean waits = links.areMade() && user.waitsFor(ip, clock.instant());
    return waits ? changed(user).status(HttpStatus.ACCEPTED) : changed(user);
  }

  /** In the order of the list. */
  List<SmtpUserAnswer> shown(List<SmtpUser> users) {
    Map<String, LastSeen.Seen> seen = lastSeen.of(users);
    return users.stream().map(user -> shown(user, seen.get(user.username().text()), null)).toList();
  }

  /** One that has just been made, with its password. */
  SmtpUserAnswer made(SmtpUser user, String password) {
    return shown(user, null, password);
  }

  private SmtpUserAnswer shown(
      SmtpUser user, LastSeen.@Nullable Seen seen, @Nullable String password) {
    return SmtpUserAnswer.of(user, waiting(user.pending()), seen, password);
  }

  /** Null where no proof is asked for, which leaves it out; JSON's null when nothing waits. */
  private @Nullable Object waiting(@Nullable PendingNomination pending) {
    if (!links.areMade()) {
      return null;
    }
    return pending == null || pending.isOver(clock.instant())
        ? JsonNode.nullNode()
        : PendingIpAuthentication.of(pending, links.to(pending));
  }

  /** With the user's {@code ETag}. */
  static <T> MutableHttpResponse<T> tagged(MutableHttpResponse<T> answer, SmtpUser user) {
    return answer.header(HttpHeaders.ETAG, IfMatch.tag(user));
  }

  /** Says so when the request was made before, and nothing was done this time. */
  static <T> MutableHttpResponse<T> marked(MutableHttpResponse<T> answer, Result result) {
    return result instanceof Result.Replayed ? answer.header(REPLAYED, "true") : answer;
  }

  private static Refusal refusal(Result.Refused refused, Caller caller) {
    return switch (refused) {
      case Result.NoSuchUser() -> Refusal.noSuchUser();
      case Result.Stale() -> new Refusal(ProblemType.STALE, ProblemType.STALE.example());
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
              ProblemType.MADE_BEFORE_AND_DELETED, ProblemType.MADE_BEFORE_AND_DELETED.example());
      case Result.TooManySmtpUsers(int limit) ->
          new Refusal(
              ProblemType.TOO_MANY_SMTP_USERS,
              "An account may have %s SMTP users. Delete one that isn't used, or ask whoever runs"
                      .formatted(limit)
                  + " this platform for more.");
      // Only whoever opens a link is told so, by the page.
      case Result.NotThere() -> throw new IllegalStateException("Nobody was to be anywhere");
      case Result.NotHeldByIt() ->
          new Refusal(ProblemType.NOT_HELD_BY_IT, ProblemType.NOT_HELD_BY_IT.example());
    };
  }

  private static Problem held(IpAuthentication holder, Caller caller) {
    boolean own = holder.accountId().equals(caller.accountId());
    Problem problem =
        Problem.of(
            ProblemType.IP_ALREADY_ASSIGNED,
            "Another SMTP user has this IP address. Remove it there first.");
    return own ? problem.heldBy(holder.username().text()) : problem;
  }
}
