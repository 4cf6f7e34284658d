package dev.ipauth.functions.api;

import static java.lang.annotation.RetentionPolicy.RUNTIME;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import java.lang.annotation.Retention;

/** Describes how a list is read page by page. */
@Retention(RUNTIME)
@Parameter(
    in = ParameterIn.QUERY,
    name = "limit",
    description = "How many items at most",
    schema = @Schema(type = "integer", minimum = "1", maximum = "100", defaultValue = "25"))
@Parameter(
    in = ParameterIn.QUERY,
    name = "cursor",
    description = "nextCursor of the page before",
    schema = @Schema(type = "string"))
@interface PageParameters {}
