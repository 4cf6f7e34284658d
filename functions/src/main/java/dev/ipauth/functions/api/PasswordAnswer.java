package dev.ipauth.functions.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A new password, shown this once.
 *
 * @param password 20 characters that a device's keypad has; missing when the request was made
 *     before, because it is stored nowhere
 */
@Serdeable
@Schema(name = "Password")
record PasswordAnswer(
    @Schema(minLength = 20, maxLength = 20, example = Formats.PASSWORD_EXAMPLE, nullable = false)
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable String password) {}
