package dev.ipauth.functions.api;

import static java.lang.annotation.RetentionPolicy.RUNTIME;

import dev.ipauth.functions.problem.Problem;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.lang.annotation.Retention;

/** Describes what every request may be refused with. */
@Retention(RUNTIME)
@ApiResponse(
    responseCode = "4XX",
    description =
        "A problem of the request: 400, 401, 403, 404, 405, 406, 409, 412, 413, 415, 422, 429",
    content =
        @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
@ApiResponse(
    responseCode = "503",
    description = "The tables can't be reached",
    content =
        @Content(mediaType = Problem.MEDIA_TYPE, schema = @Schema(implementation = Problem.class)))
@interface RefusedWithProblems {}
