package dev.ipauth.functions.api;

import dev.ipauth.functions.api.Cursors.Listed;
import dev.ipauth.functions.caller.CallerFilter;
import dev.ipauth.functions.problem.Refusal;
import dev.ipauth.functions.register.AuditTrail;
import dev.ipauth.functions.register.SmtpUsers;
import dev.ipauth.tables.SmtpUser;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Who changed an SMTP user. */
@Controller("/v1/smtp-users/{username:[^/]+}/audit")
@ExecuteOn(TaskExecutors.BLOCKING)
final class AuditController {
  /**
   * One change.
   *
   * @param by the token's subject
   * @param ip where the change came from
   * @param before what it took away; null when it made the user
   * @param after what it put in its place
   */
  @Serdeable
  @Schema(name = "AuditEntry")
  record AuditAnswer(
      Instant at,
      String by,
      String ip,
      String what,
      @Schema(type = "object", nullable = true) @Nullable Object before,
      @Schema(type = "object", nullable = true) @Nullable Object after) {
    static AuditAnswer of(AuditTrail.Entry entry) {
      return new AuditAnswer(
          entry.at(), entry.by(), entry.ip(), entry.what(), entry.before(), entry.after());
    }
  }

  private final SmtpUsers users;
  private final AuditTrail trail;
  private final Cursors cursors;

  AuditController(SmtpUsers users, AuditTrail trail, Cursors cursors) {
    this.users = users;
    this.trail = trail;
    this.cursors = cursors;
  }

  @Get
  @Operation(summary = "Who changed an SMTP user, the newest change first")
  @ApiResponse(responseCode = "200", description = "As asked", useReturnTypeSchema = true)
  @RefusedWithProblems
  Page<AuditAnswer> list(
      HttpRequest<?> request,
      @Parameter(
              description = "How many items at most",
              schema =
                  @Schema(type = "integer", minimum = "1", maximum = "100", defaultValue = "25"))
          @QueryValue
          @Nullable String limit,
      @Parameter(description = "nextCursor of the page before") @QueryValue
          @Nullable String cursor) {
    String accountId = CallerFilter.callerOf(request).accountId();
    SmtpUser user = users.find(accountId, UsernameInPath.of(request));
    if (user == null) {
      throw Refusal.notFound();
    }
    Listed list = new Listed(accountId, "audit " + user.username());
    int items = Cursors.limit(limit);
    return Page.of(
        trail.newestFirst(user, cursors.position(list, cursor), items + 1),
        items,
        last -> cursors.cursor(list, last.position()),
        AuditAnswer::of);
  }
}
