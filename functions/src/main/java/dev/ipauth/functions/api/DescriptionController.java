package dev.ipauth.functions.api;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** The API's own description, which the compiler makes of the controllers beside this one. */
@Controller("/v1/openapi.yaml")
final class DescriptionController {
  private static final String DESCRIPTION = "/META-INF/swagger/openapi.yml";

  @Get
  @Produces("application/yaml")
  @Operation(
      tags = Tags.DESCRIPTION,
      summary = "This description",
      operationId = "getDescription",
      security = {})
  @ApiResponse(
      responseCode = "200",
      description = "OpenAPI 3.0",
      content = @Content(mediaType = "application/yaml", schema = @Schema(type = "string")))
  @ApiResponse(responseCode = "400", ref = Refused.BAD_PARAMETER)
  @ApiResponse(responseCode = "406", ref = Refused.NOT_ACCEPTABLE)
  @ApiResponse(responseCode = "413", ref = Refused.TOO_LARGE)
  byte[] description() {
    try (InputStream yaml = getClass().getResourceAsStream(DESCRIPTION)) {
      return Objects.requireNonNull(yaml, DESCRIPTION).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
