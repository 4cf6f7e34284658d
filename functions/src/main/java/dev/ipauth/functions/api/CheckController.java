package dev.ipauth.functions.api;

import dev.ipauth.functions.caller.Caller;
import dev.ipauth.functions.register.IpAuthentications;
import dev.ipauth.functions.register.SmtpUsers;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.IpAuthentication;
import dev.ipauth.tables.SmtpUser;
import dev.ipauth.tables.Username;
import dev.ipauth.tables.Verdict;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import org.jspecify.annotations.Nullable;

/** What the relay's rules would say, without a relay. */
@Controller("/v1/check")
@ExecuteOn(TaskExecutors.BLOCKING)
final class CheckController {
  /**
   * What they say now.
   *
   * @param as the SMTP user that it would be, told where that one is refused, too
   * @param authenticatedBy how; null for nobody
   * @param reply what the device would hear
   * @param because why, in a sentence
   */
  @Serdeable
  @Schema(name = "Checked")
  record CheckAnswer(
      @Schema(example = "true") boolean allowed,
      @Schema(
              requiredMode = Schema.RequiredMode.REQUIRED,
              pattern = Formats.STORED_USERNAME,
              example = Formats.USERNAME_EXAMPLE,
              nullable = true)
          @Nullable String as,
      @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "ip", nullable = true)
          @Nullable String authenticatedBy,
      @Schema(example = "250 2.1.0 Sender OK") String reply,
      @Schema(example = "scanner-2f nominates this address.") String because) {}

  private static final String SENDER_OK = "250 " + Verdict.Allowed.TEXT;

  private final SmtpUsers users;
  private final IpAuthentications addresses;
  private final Bodies bodies;

  CheckController(SmtpUsers users, IpAuthentications addresses, Bodies bodies) {
    this.users = users;
    this.addresses = addresses;
    this.bodies = bodies;
  }

  @Operation(
      tags = Tags.MESSAGES,
      operationId = "check",
      summary = "Whether a device might send now, and as whom",
      description =
          "By its address, or by an SMTP user's password. Nothing is sent, changed or counted, and"
              + " rates are left out. What another account has looks like what nobody has.",
      requestBody =
          @RequestBody(
              required = true,
              content = @Content(schema = @Schema(implementation = CheckBody.class))))
  @ApiResponse(responseCode = "200", description = "As asked", useReturnTypeSchema = true)
  @Refused.Always
  @Refused.OfBody
  @ApiResponse(responseCode = "400", ref = Refused.BAD_REQUEST)
  @ApiResponse(responseCode = "422", ref = Refused.NOTHING_TO_CHECK)
  @Post
  CheckAnswer check(@Bound Caller caller, @Bound @Body byte @Nullable [] body) {
    CheckBody asked = bodies.read(body, CheckBody::read).ofSomebody();
    Username username = asked.username();
    Verdict verdict =
        username == null
            ? Verdict.byAddress(nominee(caller.accountId(), asked.ip()))
            : Verdict.byPassword(users.find(caller.accountId(), username), asked.ip());
    return answer(asked.mailFrom() == null ? verdict : verdict.from(asked.mailFrom()), asked);
  }

  private @Nullable SmtpUser nominee(String accountId, @Nullable IpAddress ip) {
    IpAuthentication found = ip == null ? null : addresses.find(accountId, ip);
    SmtpUser user = found == null ? null : users.find(accountId, found.username());
    return ip != null && user != null && user.nominates(ip) ? user : null;
  }

  private static CheckAnswer answer(Verdict verdict, CheckBody asked) {
    String by = asked.username() == null ? "ip" : "password";
    return switch (verdict) {
      case Verdict.Allowed(SmtpUser user) ->
          new CheckAnswer(
              true,
              user.username().text(),
              by,
              SENDER_OK,
              user.username()
                  + (by.equals("ip") ? " nominates this address." : " may use its password."));
      case Verdict.Refused(Verdict.Why why, SmtpUser user) ->
          new CheckAnswer(
              false,
              user == null ? null : user.username().text(),
              user == null ? null : by,
              why.code() + " " + why.text(asked.ip()),
              because(why, user, asked));
    };
  }

  private static String because(Verdict.Why why, @Nullable SmtpUser user, CheckBody asked) {
    return switch (why) {
      case NOT_NOMINATED -> "No SMTP user of this account nominates " + asked.ip() + ".";
      case USER_DISABLED -> "The SMTP user is disabled.";
      case SENDER_NOT_ALLOWED ->
          asked.mailFrom() + " isn't one of the senders that the SMTP user is allowed.";
      case PASSWORD_REFUSED -> {
        if (user == null) {
          yield "There is no such SMTP user in this account.";
        }
        yield user.enabled()
            ? "The SMTP user's IP restrictions leave out " + asked.ip() + "."
            : "The SMTP user is disabled.";
      }
    };
  }
}
