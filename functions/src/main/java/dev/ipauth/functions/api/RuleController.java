package dev.ipauth.functions.api;

import dev.ipauth.functions.caller.Caller;
import dev.ipauth.functions.register.SmtpUserEdit;
import dev.ipauth.functions.register.SmtpUsers;
import dev.ipauth.tables.SmtpUser;
import dev.ipauth.tables.Username;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Put;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import org.jspecify.annotations.Nullable;

/** From where and as whom an SMTP user may send: the address it nominates, and its restrictions. */
@Controller("/v1/smtp-users/{username:[^/]+}")
@ExecuteOn(TaskExecutors.BLOCKING)
final class RuleController {
  private final SmtpUsers users;
  private final Bodies bodies;
  private final Answers answers;

  RuleController(SmtpUsers users, Bodies bodies, Answers answers) {
    this.users = users;
    this.bodies = bodies;
    this.answers = answers;
  }

  @Operation(
      tags = Tags.IP_AUTHENTICATIONS,
      operationId = "nominateIpAddress",
      summary = "Nominate an IP address",
      description =
          "It replaces the earlier one, which is free again in the same step. With from, the address"
              + " is moved here from another SMTP user of the account in one step. Where the operator"
              + " asks for proof of control, a nomination from elsewhere than the address itself waits"
              + " until somebody there opens its link and agrees.",
      requestBody =
          @RequestBody(
              required = true,
              content = @Content(schema = @Schema(implementation = NominatedIp.class))))
  @Answered.WithUser
  @Answered.WithWaitingUser
  @Refused.OfChangeByBody
  @ApiResponse(responseCode = "409", ref = Refused.ALREADY_ASSIGNED)
  @ApiResponse(responseCode = "422", ref = Refused.NOT_NOMINABLE)
  @Put("/ip-authentication")
  HttpResponse<SmtpUserAnswer> nominate(
      @Bound Caller caller,
      @Bound Username name,
      @Bound IfMatch ifMatch,
      @Bound @Body byte @Nullable [] body) {
    NominatedIp nominated = bodies.read(body, NominatedIp::read);
    SmtpUserEdit edit = new SmtpUserEdit.Nominate(nominated.ip(), nominated.from());
    return answers.nominated(change(caller, name, ifMatch, edit), nominated.ip());
  }

  @Operation(
      tags = Tags.IP_AUTHENTICATIONS,
      operationId = "releaseIpAddress",
      summary = "Take the IP address away",
      description = "Also where there is none.")
  @Answered.WithNothing
  @Refused.OfChange
  @Delete("/ip-authentication")
  HttpResponse<Void> release(@Bound Caller caller, @Bound Username name, @Bound IfMatch ifMatch) {
    SmtpUser user = change(caller, name, ifMatch, new SmtpUserEdit.Release());
    return Answers.tagged(HttpResponse.noContent(), user);
  }

  @Operation(
      tags = Tags.SMTP_USERS,
      operationId = "restrictIpAddresses",
      summary = "Restrict where the password may be used from",
      requestBody =
          @RequestBody(
              required = true,
              content = @Content(schema = @Schema(implementation = IpRestrictions.class))))
  @Answered.WithUser
  @Refused.OfChangeByBody
  @ApiResponse(responseCode = "422", ref = Refused.NOT_NETWORKS)
  @Put("/ip-restrictions")
  HttpResponse<SmtpUserAnswer> restrict(
      @Bound Caller caller,
      @Bound Username name,
      @Bound IfMatch ifMatch,
      @Bound @Body byte @Nullable [] body) {
    IpRestrictions restrictions = bodies.read(body, IpRestrictions::read);
    return changed(
        caller,
        name,
        ifMatch,
        new SmtpUserEdit.ChangeProfile(
            "ip-restrictions-set", profile -> profile.withIpRestrictions(restrictions.networks())));
  }

  @Operation(
      tags = Tags.SMTP_USERS,
      operationId = "allowSenders",
      summary = "Restrict which senders the SMTP user may use",
      requestBody =
          @RequestBody(
              required = true,
              content = @Content(schema = @Schema(implementation = AllowedSenders.class))))
  @Answered.WithUser
  @Refused.OfChangeByBody
  @ApiResponse(responseCode = "422", ref = Refused.NOT_SENDERS)
  @Put("/allowed-senders")
  HttpResponse<SmtpUserAnswer> allowSenders(
      @Bound Caller caller,
      @Bound Username name,
      @Bound IfMatch ifMatch,
      @Bound @Body byte @Nullable [] body) {
    AllowedSenders allowed = bodies.read(body, AllowedSenders::read);
    return changed(
        caller,
        name,
        ifMatch,
        new SmtpUserEdit.ChangeProfile(
            "allowed-senders-set", profile -> profile.withAllowedSenders(allowed.senders())));
  }

  private HttpResponse<SmtpUserAnswer> changed(
      Caller caller, Username name, IfMatch ifMatch, SmtpUserEdit edit) {
    return answers.changed(change(caller, name, ifMatch, edit));
  }

  private SmtpUser change(Caller caller, Username name, IfMatch ifMatch, SmtpUserEdit edit) {
    return Answers.saved(users.change(name, ifMatch, edit, caller, null), caller);
  }
}
