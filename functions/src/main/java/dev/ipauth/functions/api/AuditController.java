package dev.ipauth.functions.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.ipauth.functions.api.Cursors.Listed;
import dev.ipauth.functions.caller.CallerFilter;
import dev.ipauth.functions.problem.Refusal;
import dev.ipauth.functions.register.AuditTrail;
import dev.ipauth.functions.register.SmtpUsers;
import dev.ipauth.tables.SmtpUser;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.RequestBean;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Who changed an SMTP user, or any of the account's. */
@Controller("/v1")
@ExecuteOn(TaskExecutors.BLOCKING)
final class AuditController {
  /**
   * One change.
   *
   * @param username whose; only in the account's list
   * @param by the token's subject
   * @param ip where the change came from
   * @param before what it took away; null when it made the user
   * @param after what it put in its place
   */
  @Serdeable
  @Schema(name = "AuditEntry")
  record AuditAnswer(
      Instant at,
      @Schema(pattern = SmtpUserAnswer.USERNAME, example = "scanner-2f")
          @JsonInclude(JsonInclude.Include.NON_NULL)
          @Nullable String username,
      @Schema(example = "admin@acme") String by,
      @Schema(ref = SmtpUserAnswer.IP_ADDRESS) String ip,
      @Schema(example = "changed") String what,
      @Schema(type = "object", example = "{\"enabled\": true}", nullable = true)
          @Nullable Object before,
      @Schema(type = "object", example = "{\"enabled\": false}", nullable = true)
          @Nullable Object after) {
    static AuditAnswer ofUser(AuditTrail.Entry entry) {
      return of(entry, null);
    }

    static AuditAnswer ofAccount(AuditTrail.Entry entry) {
      return of(entry, entry.username().text());
    }

    private static AuditAnswer of(AuditTrail.Entry entry, @Nullable String username) {
      return new AuditAnswer(
          entry.at(),
          username,
          entry.by(),
          entry.ip(),
          entry.what(),
          entry.before(),
          entry.after());
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

  @Get("/smtp-users/{username:[^/]+}/audit")
  @Operation(
      operationId = "listAudit",
      summary = "Who changed an SMTP user, the newest change first")
  @ApiResponse(responseCode = "200", description = "As asked", useReturnTypeSchema = true)
  @Refused.Always
  @ApiResponse(responseCode = "400", ref = Refused.BAD_PARAMETER)
  @Refused.OfOne
  @UsernameInPath.Described
  Page<AuditAnswer> ofUser(HttpRequest<?> request, @RequestBean Paging paging) {
    String accountId = CallerFilter.callerOf(request).accountId();
    SmtpUser user = users.find(accountId, UsernameInPath.of(request));
    if (user == null) {
      throw Refusal.notFound();
    }
    // A user made anew by this name has another list.
    Listed list = new Listed(accountId, "audit " + user.username() + " " + user.createdAt());
    int items = Cursors.limit(paging.limit());
    return Page.of(
        trail.newestFirst(user, cursors.position(list, paging.cursor()), items + 1),
        items,
        last -> cursors.cursor(list, last.position()),
        AuditAnswer::ofUser);
  }

  @Get("/audit")
  @Operation(
      operationId = "listAccountAudit",
      summary = "Who changed any of the account's SMTP users, the newest change first",
      description = "Those that have been deleted since are in it.")
  @ApiResponse(responseCode = "200", description = "As asked", useReturnTypeSchema = true)
  @Refused.Always
  @ApiResponse(responseCode = "400", ref = Refused.BAD_PARAMETER)
  Page<AuditAnswer> ofAccount(HttpRequest<?> request, @RequestBean Paging paging) {
    String accountId = CallerFilter.callerOf(request).accountId();
    Listed list = new Listed(accountId, "audit");
    int items = Cursors.limit(paging.limit());
    return Page.of(
        trail.newestFirst(accountId, cursors.position(list, paging.cursor()), items + 1),
        items,
        last -> cursors.cursor(list, last.position()),
        AuditAnswer::ofAccount);
  }
}
