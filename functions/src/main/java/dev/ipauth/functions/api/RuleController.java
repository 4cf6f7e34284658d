package dev.ipauth.functions.api;

import dev.ipauth.functions.Settings;
import dev.ipauth.functions.caller.Caller;
import dev.ipauth.functions.caller.CallerFilter;
import dev.ipauth.functions.register.SmtpUserEdit;
import dev.ipauth.functions.register.SmtpUsers;
import dev.ipauth.tables.AllowedSender;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.Network;
import dev.ipauth.tables.SmtpUser;
import dev.ipauth.tables.Username;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Put;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** From where and as whom an SMTP user may send: the address it nominates, and its restrictions. */
@Controller("/v1/smtp-users/{username:[^/]+}")
@ExecuteOn(TaskExecutors.BLOCKING)
final class RuleController {
  private final SmtpUsers users;
  private final Settings settings;

  RuleController(SmtpUsers users, Settings settings) {
    this.users = users;
    this.settings = settings;
  }

  @Operation(
      summary = "Nominate an IP address",
      description =
          "Replaces the earlier one, which is free again in the same step. With from, the address"
              + " is moved here from another SMTP user of the account in one step.",
      requestBody =
          @RequestBody(
              required = true,
              content =
                  @Content(schema = @Schema(implementation = RequestBodies.NominatedIp.class))))
  @Answered.WithUser
  @Refused.Always
  @Refused.OfChangeByBody
  @UsernameInPath.Described
  @EntityTag.Described
  @ApiResponse(responseCode = "409", ref = Refused.ALREADY_ASSIGNED)
  @ApiResponse(responseCode = "422", ref = Refused.NOT_NOMINABLE)
  @Put("/ip-authentication")
  HttpResponse<SmtpUserAnswer> nominate(
      HttpRequest<?> request, @Parameter(hidden = true) @Body byte @Nullable [] body) {
    Fields fields = Fields.of(request, body);
    String text = fields.requiredText("ip");
    String giver = fields.text("from");
    fields.end();
    Values values = new Values(settings);
    IpAddress ip = values.nominee("ip", text);
    Username from = values.username("from", giver);
    values.end();
    return change(request, new SmtpUserEdit.Nominate(Objects.requireNonNull(ip), from));
  }

  @Operation(summary = "Free the IP address", description = "Also where there is none.")
  @Refused.Always
  @Refused.OfChange
  @UsernameInPath.Described
  @EntityTag.Described
  @ApiResponse(responseCode = "204", description = "It is free")
  @Delete("/ip-authentication")
  HttpResponse<Void> release(HttpRequest<?> request) {
    return Answers.tagged(HttpResponse.noContent(), changed(request, new SmtpUserEdit.Release()));
  }

  @Operation(
      summary = "Restrict where the password may be used from",
      requestBody =
          @RequestBody(
              required = true,
              content = @Content(schema = @Schema(implementation = RequestBodies.Networks.class))))
  @Answered.WithUser
  @Refused.Always
  @Refused.OfChangeByBody
  @UsernameInPath.Described
  @EntityTag.Described
  @ApiResponse(responseCode = "422", ref = Refused.NOT_NETWORKS)
  @Put("/ip-restrictions")
  HttpResponse<SmtpUserAnswer> restrict(
      HttpRequest<?> request, @Parameter(hidden = true) @Body byte @Nullable [] body) {
    Fields fields = Fields.of(request, body);
    List<String> texts = fields.requiredTexts("networks");
    fields.end();
    Values values = new Values(settings);
    List<Network> networks = values.networks("networks", texts);
    values.end();
    return change(
        request,
        new SmtpUserEdit.ChangeProfile(
            "ip-restrictions-set", profile -> profile.withIpRestrictions(networks)));
  }

  @Operation(
      summary = "Restrict whom the SMTP user may send as",
      requestBody =
          @RequestBody(
              required = true,
              content = @Content(schema = @Schema(implementation = RequestBodies.Senders.class))))
  @Answered.WithUser
  @Refused.Always
  @Refused.OfChangeByBody
  @UsernameInPath.Described
  @EntityTag.Described
  @ApiResponse(responseCode = "422", ref = Refused.NOT_SENDERS)
  @Put("/allowed-senders")
  HttpResponse<SmtpUserAnswer> allowSenders(
      HttpRequest<?> request, @Parameter(hidden = true) @Body byte @Nullable [] body) {
    Fields fields = Fields.of(request, body);
    List<String> texts = fields.requiredTexts("senders");
    fields.end();
    Values values = new Values(settings);
    List<AllowedSender> senders = values.senders("senders", texts);
    values.end();
    return change(
        request,
        new SmtpUserEdit.ChangeProfile(
            "allowed-senders-set", profile -> profile.withAllowedSenders(senders)));
  }

  private HttpResponse<SmtpUserAnswer> change(HttpRequest<?> request, SmtpUserEdit edit) {
    return Answers.user(changed(request, edit));
  }

  private SmtpUser changed(HttpRequest<?> request, SmtpUserEdit edit) {
    Caller caller = CallerFilter.callerOf(request);
    return Answers.saved(
        users.change(UsernameInPath.of(request), EntityTag.expected(request), edit, caller, null),
        caller);
  }
}
