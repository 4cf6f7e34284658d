package dev.ipauth.functions.api;

import dev.ipauth.functions.caller.Caller;
import dev.ipauth.functions.problem.Refusal;
import dev.ipauth.functions.register.IdempotencyKey;
import dev.ipauth.functions.register.NewSmtpUser;
import dev.ipauth.functions.register.Randoms;
import dev.ipauth.functions.register.Result;
import dev.ipauth.functions.register.SmtpUserEdit;
import dev.ipauth.functions.register.SmtpUsers;
import dev.ipauth.tables.Peppers;
import dev.ipauth.tables.SmtpUser;
import dev.ipauth.tables.Username;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Patch;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.net.URI;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** SMTP users: made, listed, read, described, deleted, given a new password. */
@Controller("/v1/smtp-users")
@ExecuteOn(TaskExecutors.BLOCKING)
final class SmtpUserController {
  private static final int LONGEST_PREFIX = 64;

  private final SmtpUsers users;
  private final Peppers peppers;
  private final Bodies bodies;
  private final Pages pages;
  private final Answers answers;

  SmtpUserController(
      SmtpUsers users, Peppers peppers, Bodies bodies, Pages pages, Answers answers) {
    this.users = users;
    this.peppers = peppers;
    this.bodies = bodies;
    this.pages = pages;
    this.answers = answers;
  }

  @Post
  @Operation(
      tags = Tags.SMTP_USERS,
      operationId = "createSmtpUser",
      summary = "Make an SMTP user",
      description =
          "With ipAuthentication the user and the claim are made together or not at all; where the"
              + " operator asks for proof of control, the user may be made with what waits. The same"
              + " Idempotency-Key and body within 24 h make no second user.",
      requestBody =
          @RequestBody(
              required = true,
              content = @Content(schema = @Schema(implementation = NewSmtpUserBody.class))))
  @Answered.WithNewUser
  @Answered.WithUser
  @Refused.Always
  @Refused.OfBody
  @IdempotencyHeader.Described
  @ApiResponse(responseCode = "400", ref = Refused.BAD_REQUEST)
  @ApiResponse(responseCode = "409", ref = Refused.TAKEN)
  @ApiResponse(responseCode = "410", ref = Refused.MADE_BEFORE_AND_DELETED)
  @ApiResponse(responseCode = "422", ref = Refused.NOT_AN_SMTP_USER)
  HttpResponse<SmtpUserAnswer> create(
      @Bound Caller caller,
      @Bound @Header("Idempotency-Key") @Nullable String idempotencyKey,
      @Bound @Body byte @Nullable [] body) {
    NewSmtpUser asked = bodies.read(body, NewSmtpUserBody::read);
    IdempotencyKey key = IdempotencyHeader.key(idempotencyKey, asked);
    String password = Randoms.password();
    Result result = users.create(asked, password, caller, key);
    SmtpUser user = Answers.saved(result, caller);
    if (result instanceof Result.Replayed) {
      return Answers.marked(answers.changed(user), result);
    }
    return Answers.tagged(
        HttpResponse.created(
            answers.made(user, password), URI.create("/v1/smtp-users/" + user.username())),
        user);
  }

  @Get
  @Operation(
      tags = Tags.SMTP_USERS,
      operationId = "listSmtpUsers",
      summary = "The account's SMTP users, by username")
  @ApiResponse(responseCode = "200", description = "As asked", useReturnTypeSchema = true)
  @Refused.Always
  @Parameter(name = "prefix", in = ParameterIn.QUERY, ref = "#/components/parameters/Prefix")
  @Pages.Described
  SmtpUserPage list(@Bound Caller caller, @Bound Query query) {
    String prefix = Objects.requireNonNullElse(query.text("prefix"), "");
    if (prefix.codePointCount(0, prefix.length()) > LONGEST_PREFIX) {
      throw Query.refused("prefix has 64 characters at most, as usernames have.");
    }
    return pages.page(
        caller,
        "smtp-users",
        query,
        (accountId, after, limit) -> users.list(accountId, prefix, after, limit),
        user -> user.username().text(),
        (found, nextCursor) -> new SmtpUserPage(answers.shown(found), nextCursor));
  }

  @Get("/{username:[^/]+}")
  @Operation(tags = Tags.SMTP_USERS, operationId = "getSmtpUser", summary = "One SMTP user")
  @Answered.WithUser
  @Refused.OfUser
  HttpResponse<SmtpUserAnswer> get(@Bound Caller caller, @Bound Username name) {
    SmtpUser user = users.find(caller.accountId(), name);
    if (user == null) {
      throw Refusal.noSuchUser();
    }
    return answers.user(user);
  }

  @Operation(
      tags = Tags.SMTP_USERS,
      operationId = "patchSmtpUser",
      summary = "Change an SMTP user",
      description = "A JSON merge patch (RFC 7396).",
      requestBody =
          @RequestBody(
              required = true,
              content = {
                @Content(
                    mediaType = "application/merge-patch+json",
                    schema = @Schema(implementation = SmtpUserPatch.class)),
                @Content(
                    mediaType = "application/json",
                    schema = @Schema(implementation = SmtpUserPatch.class))
              }))
  @Answered.WithUser
  @Refused.OfChangeByBody
  @ApiResponse(responseCode = "422", ref = Refused.NOT_A_PROFILE)
  @Patch("/{username:[^/]+}")
  @Consumes({"application/merge-patch+json", "application/json"})
  HttpResponse<SmtpUserAnswer> patch(
      @Bound Caller caller,
      @Bound Username name,
      @Bound IfMatch ifMatch,
      @Bound @Body byte @Nullable [] body) {
    SmtpUserEdit edit = bodies.read(body, SmtpUserPatch::read);
    Result result = users.change(name, ifMatch, edit, caller, null);
    return answers.changed(Answers.saved(result, caller));
  }

  @Operation(
      tags = Tags.SMTP_USERS,
      operationId = "deleteSmtpUser",
      summary = "Delete an SMTP user",
      description = "Its IP address is free again in the same step.")
  @Refused.OfChange
  @ApiResponse(responseCode = "204", description = "It is deleted")
  @Delete("/{username:[^/]+}")
  HttpResponse<Void> delete(@Bound Caller caller, @Bound Username name, @Bound IfMatch ifMatch) {
    SmtpUser user = Answers.saved(users.delete(name, ifMatch, caller), caller);
    return Answers.tagged(HttpResponse.noContent(), user);
  }

  @Operation(
      tags = Tags.SMTP_USERS,
      operationId = "changePassword",
      summary = "Give an SMTP user a new password",
      description = "The old one stops working.")
  @Answered.WithPassword
  @Refused.OfChange
  @Refused.OfBody
  @IdempotencyHeader.Described
  @ApiResponse(responseCode = "410", ref = Refused.MADE_BEFORE_AND_DELETED)
  @ApiResponse(responseCode = "422", ref = Refused.KEY_REUSED)
  @Post(value = "/{username:[^/]+}/password", consumes = "*/*")
  HttpResponse<PasswordAnswer> changePassword(
      @Bound Caller caller,
      @Bound Username name,
      @Bound IfMatch ifMatch,
      @Bound @Header("Idempotency-Key") @Nullable String idempotencyKey) {
    String password = Randoms.password();
    SmtpUserEdit edit = new SmtpUserEdit.ChangePassword(peppers.hash(name, password));
    IdempotencyKey key = IdempotencyHeader.key(idempotencyKey, name);
    Result result = users.change(name, ifMatch, edit, caller, key);
    SmtpUser user = Answers.saved(result, caller);
    boolean replayed = result instanceof Result.Replayed;
    PasswordAnswer answer = new PasswordAnswer(replayed ? null : password);
    return Answers.tagged(Answers.marked(HttpResponse.ok(answer), result), user);
  }
}
