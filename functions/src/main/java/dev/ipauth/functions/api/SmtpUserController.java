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
import io.micronaut.http.HttpHeaders;
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
  record PasswordAnswer(String password) {}

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
      summary = "Make an SMTP user",
      description =
          "With ipAuthentication the user and the claim are made together or not at all. Problems: username-taken, ip-already-assigned, ip-not-allowed, not-a-single-ip-address, not-a-network, idempotency-key-reused.",
      requestBody =
          @RequestBody(
              required = true,
              content = @Content(schema = @Schema(implementation = RequestBodies.NewUser.class))))
  @RefusedWithProblems
  @ApiResponse(
      responseCode = "201",
      description = "The user, with its password, which is shown this once",
      content =
          @Content(
              mediaType = "application/json",
              schema = @Schema(implementation = SmtpUserAnswer.class)))
  @ApiResponse(
      responseCode = "200",
      description = "The user that this request made before, without the password",
      content =
          @Content(
              mediaType = "application/json",
              schema = @Schema(implementation = SmtpUserAnswer.class)))
  HttpResponse<SmtpUserAnswer> create(
      HttpRequest<?> request,
      @Header("Idempotency-Key") @Nullable String idempotencyKey,
      @Parameter(hidden = true) @Body byte @Nullable [] body) {
    Caller caller = CallerFilter.callerOf(request);
    NewSmtpUser asked = asked(Fields.of(body));
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
  @Operation(summary = "The account's SMTP users, by username")
  @ApiResponse(responseCode = "200", description = "As asked", useReturnTypeSchema = true)
  @RefusedWithProblems
  Page<SmtpUserAnswer> list(
      HttpRequest<?> request,
      @Parameter(
              description = "How many items at most",
              schema =
                  @Schema(type = "integer", minimum = "1", maximum = "100", defaultValue = "25"))
          @QueryValue
          @Nullable String limit,
      @Parameter(description = "nextCursor of the page before") @QueryValue
          @Nullable String cursor) {
    Listed list = new Listed(CallerFilter.callerOf(request).accountId(), "smtp-users");
    int items = Cursors.limit(limit);
    return Page.of(
        users.list(list.accountId(), cursors.position(list, cursor), items + 1),
        items,
        last -> cursors.cursor(list, last.username().text()),
        SmtpUserAnswer::of);
  }

  @Get("/{username:[^/]+}")
  @Operation(summary = "One SMTP user")
  @ApiResponse(responseCode = "200", description = "As asked", useReturnTypeSchema = true)
  @RefusedWithProblems
  HttpResponse<SmtpUserAnswer> get(HttpRequest<?> request) {
    SmtpUser user =
        users.find(CallerFilter.callerOf(request).accountId(), UsernameInPath.of(request));
    if (user == null) {
      throw Refusal.notFound();
    }
    return Answers.user(user);
  }

  @Operation(
      summary = "Describe, enable or disable an SMTP user",
      description = "A JSON merge patch (RFC 7396).",
      requestBody =
          @RequestBody(
              required = true,
              content = @Content(schema = @Schema(implementation = RequestBodies.UserPatch.class))))
  @ApiResponse(responseCode = "200", description = "As asked", useReturnTypeSchema = true)
  @RefusedWithProblems
  @Patch("/{username:[^/]+}")
  @Consumes({"application/merge-patch+json", "application/json"})
  HttpResponse<SmtpUserAnswer> patch(
      HttpRequest<?> request,
      @Header(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
      @Parameter(hidden = true) @Body byte @Nullable [] body) {
    return change(request, ifMatch, edit(Fields.of(body)));
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
      summary = "Delete an SMTP user",
      description = "Its IP address is free again in the same step.")
  @RefusedWithProblems
  @ApiResponse(responseCode = "204", description = "It is deleted")
  @Delete("/{username:[^/]+}")
  HttpResponse<Void> delete(
      HttpRequest<?> request, @Header(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
    Caller caller = CallerFilter.callerOf(request);
    Answers.saved(
        users.delete(UsernameInPath.of(request), EntityTag.expected(ifMatch), caller), caller);
    return HttpResponse.noContent();
  }

  @Operation(
      summary = "Give an SMTP user a new password",
      description = "The old one stops working.")
  @ApiResponse(responseCode = "200", description = "As asked", useReturnTypeSchema = true)
  @RefusedWithProblems
  @Post(value = "/{username:[^/]+}/password", consumes = "*/*")
  HttpResponse<PasswordAnswer> changePassword(
      HttpRequest<?> request, @Header(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
    Caller caller = CallerFilter.callerOf(request);
    Username username = UsernameInPath.of(request);
    String password = Randoms.password();
    Edit edit = new Edit.ChangePassword(peppers.hash(username, password));
    SmtpUser user =
        Answers.saved(users.change(username, EntityTag.expected(ifMatch), edit, caller), caller);
    return Answers.tagged(HttpResponse.ok(new PasswordAnswer(password)), user);
  }

  private HttpResponse<SmtpUserAnswer> change(
      HttpRequest<?> request, @Nullable String ifMatch, Edit edit) {
    Caller caller = CallerFilter.callerOf(request);
    Result result =
        users.change(UsernameInPath.of(request), EntityTag.expected(ifMatch), edit, caller);
    return Answers.user(Answers.saved(result, caller));
  }
}
