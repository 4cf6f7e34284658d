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
  private static final String VERSION = "The user's version, for If-Match";

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

  /** With the user, which waits for the address that it was to have. */
  @Retention(RUNTIME)
  @ApiResponse(
      responseCode = "202",
      description =
          "Nothing is claimed yet: pendingIpAuthentication has the link to be opened at the address",
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
  @interface WithWaitingUser {}

  /** With a user that was made just now. */
  @Retention(RUNTIME)
  @ApiResponse(
      responseCode = "201",
      description = "The user, with its password, which is shown this once",
      headers = {
        @Header(
            name = "Location",
            description = "Where the user is",
            required = true,
            schema = @Schema(type = "string", example = "/v1/smtp-users/scanner-2f")),
        @Header(
            name = "ETag",
            description = VERSION,
            required = true,
            schema = @Schema(type = "string", example = "\"1\""))
      },
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = SmtpUserAnswer.class)))
  @interface WithNewUser {}

  /** With a new password. */
  @Retention(RUNTIME)
  @ApiResponse(
      responseCode = "200",
      description = "The new password, which is shown this once",
      headers =
          @Header(
              name = "ETag",
              description = VERSION,
              required = true,
              schema = @Schema(type = "string", example = "\"2\"")),
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON,
              schema = @Schema(implementation = PasswordAnswer.class)))
  @interface WithPassword {}

  /** With nothing but the user's new version. */
  @Retention(RUNTIME)
  @ApiResponse(
      responseCode = "204",
      description = "The user has no IP address now",
      headers =
          @Header(
              name = "ETag",
              description = VERSION,
              required = true,
              schema = @Schema(type = "string", example = "\"3\"")))
  @interface WithNothing {}
}
