package dev.ipauth.functions.api;

import io.micronaut.core.annotation.Introspected;
import io.micronaut.http.annotation.QueryValue;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Which page of a list is asked for, as it was written. */
@Introspected
record Paging(
    @Parameter(
            description = "How many items at most",
            schema =
                @Schema(
                    type = "integer",
                    nullable = false,
                    minimum = "1",
                    maximum = "100",
                    defaultValue = "25"))
        @QueryValue
        @Nullable String limit,
    @Parameter(
            description = "nextCursor of the page before",
            schema = @Schema(type = "string", nullable = false, minLength = 22, maxLength = 512))
        @QueryValue
        @Nullable String cursor) {}
