package dev.ipauth.functions.api;

import dev.ipauth.tables.SmtpUser;
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
        @Nullable String nextCursor) {
  static SmtpUserPage of(List<SmtpUser> users, @Nullable String nextCursor) {
    return new SmtpUserPage(users.stream().map(SmtpUserAnswer::of).toList(), nextCursor);
  }
}
