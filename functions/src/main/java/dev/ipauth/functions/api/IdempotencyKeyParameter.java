package dev.ipauth.functions.api;

import static java.lang.annotation.RetentionPolicy.RUNTIME;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import java.lang.annotation.Retention;

/** Describes the {@code Idempotency-Key} header. */
@Retention(RUNTIME)
@Parameter(
    in = ParameterIn.HEADER,
    name = "Idempotency-Key",
    description = "The same key and body within 24 hours makes no second user",
    schema = @Schema(type = "string", minLength = 1, maxLength = 255))
@interface IdempotencyKeyParameter {}
