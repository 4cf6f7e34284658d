package dev.ipauth.functions.api;

import dev.ipauth.functions.api.Cursors.Listed;
import dev.ipauth.functions.caller.CallerFilter;
import dev.ipauth.functions.problem.ProblemType;
import dev.ipauth.functions.problem.Refusal;
import dev.ipauth.functions.register.IpAuthentications;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.IpAuthentication;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.RequestBean;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.time.Instant;

/** The account's nominated addresses. */
@Controller("/v1/ip-authentications")
@ExecuteOn(TaskExecutors.BLOCKING)
final class IpAuthenticationController {
  /** An address, and the SMTP user that nominates it. */
  @Serdeable
  @Schema(name = "IpAuthentication")
  record IpAuthenticationAnswer(
      @Schema(ref = SmtpUserAnswer.IP_ADDRESS) String ip,
      @Schema(pattern = SmtpUserAnswer.USERNAME, example = "scanner-2f") String username,
      Instant since) {
    static IpAuthenticationAnswer of(IpAuthentication found) {
      return new IpAuthenticationAnswer(
          found.ip().toString(), found.username().text(), found.since());
    }
  }

  private final IpAuthentications addresses;
  private final Cursors cursors;

  IpAuthenticationController(IpAuthentications addresses, Cursors cursors) {
    this.addresses = addresses;
    this.cursors = cursors;
  }

  @Get
  @Operation(operationId = "listIpAuthentications", summary = "The account's nominated addresses")
  @ApiResponse(responseCode = "200", description = "As asked", useReturnTypeSchema = true)
  @Refused.Always
  @ApiResponse(responseCode = "400", ref = Refused.BAD_PARAMETER)
  Page<IpAuthenticationAnswer> list(HttpRequest<?> request, @RequestBean Paging paging) {
    Listed list = new Listed(CallerFilter.callerOf(request).accountId(), "ip-authentications");
    int items = Cursors.limit(paging.limit());
    return Page.of(
        addresses.list(list.accountId(), cursors.position(list, paging.cursor()), items + 1),
        items,
        last -> cursors.cursor(list, last.ip().toString()),
        IpAuthenticationAnswer::of);
  }

  @Operation(
      operationId = "getIpAuthentication",
      summary = "The SMTP user that nominates an address",
      description = "The address may be in any spelling.")
  @ApiResponse(responseCode = "200", description = "As asked", useReturnTypeSchema = true)
  @Refused.Always
  @Refused.OfOne
  @ApiResponse(responseCode = "422", ref = Refused.NOT_AN_IP_ADDRESS)
  @Get("/{ip:[^/]+}")
  IpAuthenticationAnswer get(
      HttpRequest<?> request,
      @Parameter(schema = @Schema(ref = SmtpUserAnswer.IP_ADDRESS)) @PathVariable String ip) {
    IpAuthentication found =
        addresses.find(CallerFilter.callerOf(request).accountId(), address(ip));
    if (found == null) {
      throw Refusal.notFound();
    }
    return IpAuthenticationAnswer.of(found);
  }

  private static IpAddress address(String text) {
    try {
      return IpAddress.parse(text);
    } catch (IllegalArgumentException e) {
      throw new Refusal(
          ProblemType.NOT_A_SINGLE_IP_ADDRESS,
          "The path ends in something that is no IP address, such as 198.51.100.7.");
    }
  }
}
