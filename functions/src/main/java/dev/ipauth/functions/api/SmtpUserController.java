package dev.ipauth.functions.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.ipauth.functions.Settings;
import dev.ipauth.functions.api.Cursors.Listed;
import dev.ipauth.functions.caller.Caller;
import dev.ipauth.functions.caller.CallerFilter;
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
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Patch;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.RequestBean;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.net.URI;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** SMTP users: made, listed, read, described, deleted, given a new password. */
@Controller("/v1/smtp-users")
@ExecuteOn(TaskExecutors.BLOCKING)
final class SmtpUserController {
  /**
   * A new password, shown this once.
   *
   * @param password 20 characters that a device's keypad has; missing when the request was made
   *     before, for it is stored nowhere
   */
  @Serdeable
  @Schema(name = "Password")
  record PasswordAnswer(
      @Schema(minLength = 20, maxLength = 20, example = SmtpUserAnswer.PASSWORD)
          @JsonInclude(JsonInclude.Include.NON_NULL)
          @Nullable String password) {}

  private final SmtpUsers users;
  private final Peppers peppers;
  private final Cursors cursors;
  private final Settings settings;

  SmtpUserController(SmtpUsers users, Peppers peppers, Cursors cursors, Settings settings) {
    this.users = users;
    this.peppers = peppers;
    this.cursors = cursors;
    this.settings = settings;
  }

  @Post
  @Operation(
      operationId = "createSmtpUser",
      summary = "Make an SMTP user",
      description =
          "With ipAuthentication the user and the claim are made together or not at all. The same"
              + " Idempotency-Key and body within 24 h make no second user.",
      requestBody =
          @RequestBody(
              required = true,
              content = @Content(schema = @Schema(implementation = RequestBodies.NewUser.class))))
  @Answered.WithNewUser
  @Answered.WithUser
  @Refused.Always
  @Refused.OfBody
  @ApiResponse(responseCode = "400", ref = Refused.BAD_REQUEST)
  @ApiResponse(responseCode = "409", ref = Refused.TAKEN)
  @ApiResponse(responseCode = "410", ref = Refused.MADE_BEFORE_AND_DELETED)
  @ApiResponse(responseCode = "422", ref = Refused.NOT_AN_SMTP_USER)
  HttpResponse<SmtpUserAnswer> create(
      HttpRequest<?> request,
      @Parameter(ref = IdempotencyHeader.DESCRIBED) @Header("Idempotency-Key")
          @Nullable String idempotencyKey,
      @Parameter(hidden = true) @Body byte @Nullable [] body) {
    Caller caller = CallerFilter.callerOf(request);
    NewSmtpUser asked = asked(Fields.of(request, body));
    IdempotencyKey key = IdempotencyHeader.key(idempotencyKey, asked);
    String password = Randoms.password();
    Result result = users.create(asked, password, caller, key);
    SmtpUser user = Answers.saved(result, caller);
    if (result instanceof Result.Replayed) {
      return Answers.marked(Answers.user(user), result);
    }
    return Answers.tagged(
        HttpResponse.created(
            SmtpUserAnswer.of(user, password), URI.create("/v1/smtp-users/" + user.username())),
        user);
  }

  private NewSmtpUser asked(Fields fields) {
    Values values = new Values(settings);
    Username username = values.username("username", fields.text("username"));
    UnaryOperator<SmtpUser.Profile> profile = ProfileFields.read(fields, values);
    Fields ipAuthentication = fields.object("ipAuthentication");
    String ip = ipAuthentication == null ? null : ipAuthentication.requiredText("ip");
    fields.end();
    NewSmtpUser asked =
        new NewSmtpUser(
            username,
            profile.apply(SmtpUser.Profile.NEW),
            ip == null ? null : values.nominee("ipAuthentication.ip", ip));
    values.end();
    return asked;
  }

  @Get
  @Operation(operationId = "listSmtpUsers", summary = "The account's SMTP users, by username")
  @ApiResponse(responseCode = "200", description = "As asked", useReturnTypeSchema = true)
  @Refused.Always
  @ApiResponse(responseCode = "400", ref = Refused.BAD_PARAMETER)
  Page<SmtpUserAnswer> list(
      HttpRequest<?> request,
      @Parameter(
              description = "What their usernames begin with, in either case",
              schema = @Schema(type = "string", nullable = false, maxLength = 64, example = "scan"))
          @QueryValue
          @Nullable String prefix,
      @RequestBean Paging paging) {
    String begin = prefix == null ? "" : prefix;
    Listed list = new Listed(CallerFilter.callerOf(request).accountId(), "smtp-users " + begin);
    int items = Cursors.limit(paging.limit());
    return Page.of(
        users.list(list.accountId(), begin, cursors.position(list, paging.cursor()), items + 1),
        items,
        last -> cursors.cursor(list, last.username().text()),
        SmtpUserAnswer::of);
  }

  @Get("/{username:[^/]+}")
  @Operation(operationId = "getSmtpUser", summary = "One SMTP user")
  @Answered.WithUser
  @Refused.Always
  @Refused.OfOne
  @UsernameInPath.Described
  HttpResponse<SmtpUserAnswer> get(HttpRequest<?> request) {
    SmtpUser user =
        users.find(CallerFilter.callerOf(request).accountId(), UsernameInPath.of(request));
    if (user == null) {
      throw Refusal.notFound();
    }
    return Answers.user(user);
  }

  @Operation(
      operationId = "patchSmtpUser",
      summary = "Change what is said of an SMTP user",
      description = "A JSON merge patch (RFC 7396).",
      requestBody =
          @RequestBody(
              required = true,
              content = {
                @Content(
                    mediaType = "application/merge-patch+json",
                    schema = @Schema(implementation = RequestBodies.UserPatch.class)),
                @Content(
                    mediaType = "application/json",
                    schema = @Schema(implementation = RequestBodies.UserPatch.class))
              }))
  @Answered.WithUser
  @Refused.Always
  @Refused.OfChangeByBody
  @UsernameInPath.Described
  @EntityTag.Described
  @ApiResponse(responseCode = "422", ref = Refused.NOT_A_PROFILE)
  @Patch("/{username:[^/]+}")
  @Consumes({"application/merge-patch+json", "application/json"})
  HttpResponse<SmtpUserAnswer> patch(
      HttpRequest<?> request, @Parameter(hidden = true) @Body byte @Nullable [] body) {
    return change(request, edit(Fields.of(request, body)));
  }

  private SmtpUserEdit edit(Fields fields) {
    Values values = new Values(settings);
    UnaryOperator<SmtpUser.Profile> change = ProfileFields.read(fields, values);
    fields.end();
    values.end();
    return new SmtpUserEdit.ChangeProfile("changed", change);
  }

  @Operation(
      operationId = "deleteSmtpUser",
      summary = "Delete an SMTP user",
      description = "Its IP address is free again in the same step.")
  @Refused.Always
  @Refused.OfChange
  @UsernameInPath.Described
  @EntityTag.Described
  @ApiResponse(responseCode = "204", description = "It is deleted")
  @Delete("/{username:[^/]+}")
  HttpResponse<Void> delete(HttpRequest<?> request) {
    Caller caller = CallerFilter.callerOf(request);
    SmtpUser user =
        Answers.saved(
            users.delete(UsernameInPath.of(request), EntityTag.expected(request), caller), caller);
    return Answers.tagged(HttpResponse.noContent(), user);
  }

  @Operation(
      operationId = "changePassword",
      summary = "Give an SMTP user a new password",
      description = "The old one stops working.")
  @Answered.WithPassword
  @Refused.Always
  @Refused.OfChange
  @UsernameInPath.Described
  @EntityTag.Described
  @ApiResponse(responseCode = "400", ref = Refused.BAD_PARAMETER)
  @ApiResponse(responseCode = "410", ref = Refused.MADE_BEFORE_AND_DELETED)
  @ApiResponse(responseCode = "422", ref = Refused.KEY_REUSED)
  @Post(value = "/{username:[^/]+}/password", consumes = "*/*")
  HttpResponse<PasswordAnswer> changePassword(
      HttpRequest<?> request,
      @Parameter(ref = IdempotencyHeader.DESCRIBED) @Header("Idempotency-Key")
          @Nullable String idempotencyKey) {
    Caller caller = CallerFilter.callerOf(request);
    Username username = UsernameInPath.of(request);
    String password = Randoms.password();
    SmtpUserEdit edit = new SmtpUserEdit.ChangePassword(peppers.hash(username, password));
    IdempotencyKey key = IdempotencyHeader.key(idempotencyKey, username);
    Result result = users.change(username, EntityTag.expected(request), edit, caller, key);
    SmtpUser user = Answers.saved(result, caller);
    boolean replayed = result instanceof Result.Replayed;
    PasswordAnswer answer = new PasswordAnswer(replayed ? null : password);
    return Answers.tagged(Answers.marked(HttpResponse.ok(answer), result), user);
  }

  private HttpResponse<SmtpUserAnswer> change(HttpRequest<?> request, SmtpUserEdit edit) {
    Caller caller = CallerFilter.callerOf(request);
    Result result =
        users.change(UsernameInPath.of(request), EntityTag.expected(request), edit, caller, null);
    return Answers.user(Answers.saved(result, caller));
  }
}
