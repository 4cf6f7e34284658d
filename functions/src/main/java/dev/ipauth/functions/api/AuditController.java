package dev.ipauth.functions.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.ipauth.functions.caller.Caller;
import dev.ipauth.functions.problem.Refusal;
import dev.ipauth.functions.register.AuditTrail;
import dev.ipauth.functions.register.SmtpUsers;
import dev.ipauth.tables.SmtpUser;
import dev.ipauth.tables.Username;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who changed an SMTP user, or any of the account's. */
@Controller("/v1")
@ExecuteOn(TaskExecutors.BLOCKING)
final class AuditController {
  /**
   * One change.
   *
   * @param username whose; only in the account's list
   * @param by the token's subject; null for somebody at an address, who proved control of it
   * @param ip where the change came from
   * @param before what it took away; null when it made the user
   * @param after what it put in its place; null when it deleted the user
   */
  @Serdeable
  @Schema(name = "AuditEntry")
  record AuditAnswer(
      Instant at,
      @Schema(
              pattern = Formats.STORED_USERNAME,
              example = Formats.USERNAME_EXAMPLE,
              nullable = false)
          @JsonInclude(JsonInclude.Include.NON_NULL)
          @Nullable String username,
      @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "admin@acme", nullable = true)
          @Nullable String by,
      @Schema(maxLength = Formats.LONGEST_IP_ADDRESS, example = Formats.IP_EXAMPLE) String ip,
      @Schema(example = "changed") String what,
      @Schema(
              requiredMode = Schema.RequiredMode.REQUIRED,
              type = "object",
              additionalProperties = Schema.AdditionalPropertiesValue.TRUE,
              example = "{\"enabled\": true}",
              nullable = true)
          @Nullable Object before,
      @Schema(
              requiredMode = Schema.RequiredMode.REQUIRED,
              type = "object",
              additionalProperties = Schema.AdditionalPropertiesValue.TRUE,
              example = "{\"enabled\": false}",
              nullable = true)
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

  /** Some of the changes. */
  @Serdeable
  @Schema(name = "AuditPage")
  record AuditPage(
      List<AuditAnswer> items,
      @Schema(
              requiredMode = Schema.RequiredMode.REQUIRED,
              description = Pages.NEXT_CURSOR,
              nullable = true)
          @Nullable String nextCursor) {
    static AuditPage ofUser(List<AuditTrail.Entry> entries, @Nullable String nextCursor) {
      return new AuditPage(entries.stream().map(AuditAnswer::ofUser).toList(), nextCursor);
    }

    static AuditPage ofAccount(List<AuditTrail.Entry> entries, @Nullable String nextCursor) {
      return new AuditPage(entries.stream().map(AuditAnswer::ofAccount).toList(), nextCursor);
    }
  }

  private final SmtpUsers users;
  private final AuditTrail trail;
  private final Pages pages;

  AuditController(SmtpUsers users, AuditTrail trail, Pages pages) {
    this.users = users;
    this.trail = trail;
    this.pages = pages;
  }

  @Get("/smtp-users/{username:[^/]+}/audit")
  @Operation(
      tags = Tags.SMTP_USERS,
      operationId = "listAudit",
      summary = "Who changed an SMTP user, the newest change first")
  @ApiResponse(responseCode = "200", description = "As asked", useReturnTypeSchema = true)
  @Refused.OfUser
  @Pages.Described
  AuditPage ofUser(@Bound Caller caller, @Bound Username name, @Bound Query query) {
    SmtpUser user = users.find(caller.accountId(), name);
    if (user == null) {
      throw Refusal.noSuchUser();
    }
    return pages.page(
        caller,
        // A user made anew by this name has another list.
        "audit " + user.username() + " " + user.createdAt(),
        query,
        (accountId, after, limit) -> trail.newestFirst(user, after, limit),
        AuditTrail.Entry::position,
        AuditPage::ofUser);
  }

  @Get("/audit")
  @Operation(
      tags = Tags.ACCOUNT,
      operationId = "listAccountAudit",
      summary = "Who changed any of the account's SMTP users, the newest change first",
      description = "Those that have been deleted since are in it.")
  @ApiResponse(responseCode = "200", description = "As asked", useReturnTypeSchema = true)
  @Refused.Always
  @Pages.Described
  AuditPage ofAccount(@Bound Caller caller, @Bound Query query) {
    return pages.page(
        caller,
        "audit",
        query,
        trail::newestFirst,
        AuditTrail.Entry::position,
        AuditPage::ofAccount);
  }
}
