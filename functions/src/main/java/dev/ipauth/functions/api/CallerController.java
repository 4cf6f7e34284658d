package dev.ipauth.functions.api;

import dev.ipauth.functions.caller.Caller;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;

/** Tells callers who and where they are, so that a page can offer 'use my current address'. */
@Controller("/v1/caller")
final class CallerController {
  /** The account, and the address that the request came from. */
  @Serdeable
  @Schema(name = "Caller")
  record CallerAnswer(
      @Schema(minLength = 1, maxLength = 256, example = "acme") String accountId,
      @Schema(maxLength = Formats.LONGEST_IP_ADDRESS, example = Formats.IP_EXAMPLE) String ip) {}

  @Get
  @Operation(
      tags = Tags.ACCOUNT,
      operationId = "getCaller",
      summary = "Who is calling, and from which address")
  @ApiResponse(responseCode = "200", description = "As asked", useReturnTypeSchema = true)
  @Refused.Always
  CallerAnswer caller(@Bound Caller caller) {
    return new CallerAnswer(caller.accountId(), caller.ip().toString());
  }
}
