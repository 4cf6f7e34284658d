package dev.ipauth.functions.api;

import static java.lang.annotation.RetentionPolicy.RUNTIME;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import java.lang.annotation.Retention;

/** Describes the {@code If-Match} header. */
@Retention(RUNTIME)
@Parameter(
    in = ParameterIn.HEADER,
    name = "If-Match",
    description = "The ETag that was last seen; 412 when the user has changed since",
    schema = @Schema(type = "string"))
@interface IfMatchParameter {}
