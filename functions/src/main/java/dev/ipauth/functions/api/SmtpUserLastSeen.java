package dev.ipauth.functions.api;

import dev.ipauth.functions.messages.LastSeen;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What an SMTP user did last. */
@Serdeable
@Schema(nullable = true)
record SmtpUserLastSeen(
    Instant at,
    @Schema(maxLength = Formats.LONGEST_IP_ADDRESS, example = Formats.IP_EXAMPLE) String ip,
    @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "ip", nullable = true)
        @Nullable String authenticatedBy,
    @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "SCANNER2F", nullable = true)
        @Nullable String helo,
    @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "TLSv1.3", nullable = true)
        @Nullable String tls,
    @Schema(
            requiredMode = Schema.RequiredMode.REQUIRED,
            example = "scans@example.com",
            nullable = true)
        @Nullable String mailFrom,
    @Schema(example = "delivered") String outcome,
    @Schema(requiredMode = Schema.RequiredMode.REQUIRED, example = "250 2.0.0 OK", nullable = true)
        @Nullable String reply) {
  static SmtpUserLastSeen of(LastSeen.Seen seen) {
    return new SmtpUserLastSeen(
        seen.at(),
        seen.ip(),
        seen.authenticatedBy(),
        seen.helo(),
        seen.tls(),
        seen.mailFrom(),
        seen.outcome().word(),
        seen.reply());
  }
}
