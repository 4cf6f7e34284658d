package dev.ipauth.functions.api;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Some of an account's SMTP users. */
@Serdeable
@Schema(name = "SmtpUserPage")
record SmtpUserPage(
    List<SmtpUserAnswer> items,
    @Schema(
            requiredMode = Schema.RequiredMode.REQUIRED,
            description = Pages.NEXT_CURSOR,
            nullable = true)
        @Nullable String nextCursor) {}
