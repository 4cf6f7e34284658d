package dev.ipauth.functions.api;

import static java.lang.annotation.RetentionPolicy.RUNTIME;

import io.micronaut.http.MediaType;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.lang.annotation.Retention;

/** Describes what several requests are answered with when all is well. */
final class Answered {
  static final String VERSION = "The user's version, for If-Match";

  private Answered() {}

  /** With the user as it is now. */
  @Retention(RUNTIME)
  @ApiResponse(
      responseCode = "200",
      description = "The SMTP user as it is now",
      headers =
          @Header(
              name = "ETag",
              description = VERSION,
              required = true,
              schema = @Schema(type = "string", example = "\"2\"")),
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = SmtpUserAnswer.class)))
  @interface WithUser {}
}
