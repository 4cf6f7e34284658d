package dev.ipauth.functions.api;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.swagger.v3.oas.annotations.Operation;
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
      summary = "This description",
      security = {})
  byte[] description() {
    try (InputStream yaml = getClass().getResourceAsStream(DESCRIPTION)) {
      return Objects.requireNonNull(yaml, DESCRIPTION).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
