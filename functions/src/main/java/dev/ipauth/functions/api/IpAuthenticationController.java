package dev.ipauth.functions.api;

import dev.ipauth.functions.caller.Caller;
import dev.ipauth.functions.problem.ProblemType;
import dev.ipauth.functions.problem.Refusal;
import dev.ipauth.functions.register.IpAuthentications;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.IpAuthentication;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The account's nominated addresses. */
@Controller("/v1/ip-authentications")
@ExecuteOn(TaskExecutors.BLOCKING)
final class IpAuthenticationController {
  /** An address, and the SMTP user that nominates it. */
  @Serdeable
  @Schema(name = "IpAuthentication")
  record IpAuthenticationAnswer(
      @Schema(maxLength = Formats.LONGEST_IP_ADDRESS, example = Formats.IP_EXAMPLE) String ip,
      @Schema(pattern = Formats.STORED_USERNAME, example = Formats.USERNAME_EXAMPLE)
          String username,
      Instant since) {
    static IpAuthenticationAnswer of(IpAuthentication found) {
      return new IpAuthenticationAnswer(
          found.ip().toString(), found.username().text(), found.since());
    }
  }

  /** Some of an account's addresses. */
  @Serdeable
  @Schema(name = "IpAuthenticationPage")
  record IpAuthenticationPage(
      List<IpAuthenticationAnswer> items,
      @Schema(
              requiredMode = Schema.RequiredMode.REQUIRED,
              description = Pages.NEXT_CURSOR,
              nullable = true)
          @Nullable String nextCursor) {
    static IpAuthenticationPage of(List<IpAuthentication> found, @Nullable String nextCursor) {
      return new IpAuthenticationPage(
          found.stream().map(IpAuthenticationAnswer::of).toList(), nextCursor);
    }
  }

  private final IpAuthentications addresses;
  private final Pages pages;

  IpAuthenticationController(IpAuthentications addresses, Pages pages) {
    this.addresses = addresses;
    this.pages = pages;
  }

  @Get
  @Operation(
      tags = Tags.IP_AUTHENTICATIONS,
      operationId = "listIpAuthentications",
      summary = "The account's nominated addresses")
  @ApiResponse(responseCode = "200", description = "As asked", useReturnTypeSchema = true)
  @Refused.Always
  @Pages.Described
  IpAuthenticationPage list(@Bound Caller caller, @Bound Query query) {
    return pages.page(
        caller,
        "ip-authentications",
        query,
        addresses::list,
        found -> found.ip().toString(),
        IpAuthenticationPage::of);
  }

  @Operation(
      tags = Tags.IP_AUTHENTICATIONS,
      operationId = "getIpAuthentication",
      summary = "The SMTP user that nominates an address",
      description = "The address may be in any spelling.")
  @ApiResponse(responseCode = "200", description = "As asked", useReturnTypeSchema = true)
  @Refused.OfOne
  @ApiResponse(responseCode = "422", ref = Refused.NOT_AN_IP_ADDRESS)
  @Get("/{ip:[^/]+}")
  IpAuthenticationAnswer get(
      @Bound Caller caller,
      @Parameter(
              description = Formats.AN_IP_ADDRESS,
              example = Formats.IP_EXAMPLE,
              schema = @Schema(type = "string", maxLength = Formats.LONGEST_IP_ADDRESS))
          @PathVariable
          String ip) {
    IpAuthentication found = addresses.find(caller.accountId(), address(ip));
    if (found == null) {
      throw new Refusal(
          ProblemType.NOT_FOUND, "No SMTP user of this account nominates this IP address.");
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
