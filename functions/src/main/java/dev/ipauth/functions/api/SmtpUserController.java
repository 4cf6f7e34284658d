package dev.ipauth.functions.api;

import dev.ipauth.functions.Settings;
import dev.ipauth.functions.api.Cursors.Listed;
import dev.ipauth.functions.caller.Caller;
import dev.ipauth.functions.caller.CallerFilter;
import dev.ipauth.functions.problem.Refusal;
import dev.ipauth.functions.register.Edit;
import dev.ipauth.functions.register.IdempotencyKey;
import dev.ipauth.functions.register.NewSmtpUser;
import dev.ipauth.functions.register.Randoms;
import dev.ipauth.functions.register.Result;
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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SMTP users: made, listed, read, described, deleted, given a new password. */
@Controller("/v1/smtp-users")
@ExecuteOn(TaskExecutors.BLOCKING)
final class SmtpUserController {
  /**
   * A new password, shown this once.
   *
   * @param password 28 characters that a device's keypad has
   */
  @Serdeable
  @Schema(name = "Password")
  record PasswordAnswer(
      @Schema(minLength = 28, maxLength = 32, example = SmtpUserAnswer.PASSWORD) String password) {}

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
  @ApiResponse(responseCode = "422", ref = Refused.NOT_AN_SMTP_USER)
  HttpResponse<SmtpUserAnswer> create(
      HttpRequest<?> request,
      @Parameter(
              description = "1 to 255 characters of printable ASCII, such as a UUID",
              schema =
                  @Schema(
                      type = "string",
                      nullable = false,
                      minLength = 1,
                      maxLength = 255,
                      pattern = "^[!-~]([ -~]*[!-~])?$",
                      example = "6f1c1b0e-2a0e-4b5e-9f3d-0c2d3e4f5a6b"))
          @Header("Idempotency-Key")
          @Nullable String idempotencyKey,
      @Parameter(hidden = true) @Body byte @Nullable [] body) {
    Caller caller = CallerFilter.callerOf(request);
    NewSmtpUser asked = asked(Fields.of(request, body));
    IdempotencyKey key = IdempotencyHeader.key(idempotencyKey, asked);
    String password = Randoms.password();
    Result result = users.create(asked, password, caller, key);
    if (result instanceof Result.MadeBefore before) {
      return Answers.user(before.user());
    }
    SmtpUser user = Answers.saved(result, caller);
    return Answers.tagged(
        HttpResponse.created(
            SmtpUserAnswer.of(user, password), URI.create("/v1/smtp-users/" + user.username())),
        user);
  }

  private NewSmtpUser asked(Fields fields) {
    String username = fields.text("username");
    String description = fields.text("description");
    List<String> networks = fields.texts("ipRestrictions");
    Fields ipAuthentication = fields.object("ipAuthentication");
    String ip = ipAuthentication == null ? null : ipAuthentication.requiredText("ip");
    fields.end();

    Values values = new Values(settings);
    NewSmtpUser asked =
        new NewSmtpUser(
            values.username("username", username),
            values.description("description", description),
            values.networks("ipRestrictions", networks),
            ip == null ? null : values.nominee("ipAuthentication.ip", ip));
    values.end();
    return asked;
  }

  @Get
  @Operation(operationId = "listSmtpUsers", summary = "The account's SMTP users, by username")
  @ApiResponse(responseCode = "200", description = "As asked", useReturnTypeSchema = true)
  @Refused.Always
  @ApiResponse(responseCode = "400", ref = Refused.BAD_PARAMETER)
  Page<SmtpUserAnswer> list(HttpRequest<?> request, @RequestBean Paging paging) {
    Listed list = new Listed(CallerFilter.callerOf(request).accountId(), "smtp-users");
    int items = Cursors.limit(paging.limit());
    return Page.of(
        users.list(list.accountId(), cursors.position(list, paging.cursor()), items + 1),
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
      summary = "Describe, enable or disable an SMTP user",
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
  @ApiResponse(responseCode = "422", ref = Refused.NOT_A_DESCRIPTION)
  @Patch("/{username:[^/]+}")
  @Consumes({"application/merge-patch+json", "application/json"})
  HttpResponse<SmtpUserAnswer> patch(
      HttpRequest<?> request, @Parameter(hidden = true) @Body byte @Nullable [] body) {
    return change(request, edit(Fields.of(request, body)));
  }

  private Edit edit(Fields fields) {
    List<Edit> edits = new ArrayList<>();
    Values values = new Values(settings);
    String description = fields.text("description");
    if (fields.has("description")) {
      edits.add(new Edit.Describe(values.description("description", description)));
    }
    Boolean enabled = fields.flag("enabled");
    if (enabled != null) {
      edits.add(new Edit.Enable(enabled));
    }
    fields.end();
    values.end();
    return new Edit.Several(edits);
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
    Answers.saved(
        users.delete(UsernameInPath.of(request), EntityTag.expected(request), caller), caller);
    return HttpResponse.noContent();
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
  @Post(value = "/{username:[^/]+}/password", consumes = "*/*")
  HttpResponse<PasswordAnswer> changePassword(HttpRequest<?> request) {
    Caller caller = CallerFilter.callerOf(request);
    Username username = UsernameInPath.of(request);
    String password = Randoms.password();
    Edit edit = new Edit.ChangePassword(peppers.hash(username, password));
    SmtpUser user =
        Answers.saved(users.change(username, EntityTag.expected(request), edit, caller), caller);
    return Answers.tagged(HttpResponse.ok(new PasswordAnswer(password)), user);
  }

  private HttpResponse<SmtpUserAnswer> change(HttpRequest<?> request, Edit edit) {
    Caller caller = CallerFilter.callerOf(request);
    Result result =
        users.change(UsernameInPath.of(request), EntityTag.expected(request), edit, caller);
    return Answers.user(Answers.saved(result, caller));
  }
}
