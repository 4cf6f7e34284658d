package dev.ipauth.functions.api;

import dev.ipauth.tables.Nomination;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The address an SMTP user nominates, and since when. */
@Serdeable
@Schema(nullable = true)
record SmtpUserIpAuthentication(
    @Schema(maxLength = Formats.LONGEST_IP_ADDRESS, example = Formats.IP_EXAMPLE) String ip,
    Instant since) {
  static @Nullable SmtpUserIpAuthentication of(@Nullable Nomination nomination) {
    return nomination == null
        ? null
        : new SmtpUserIpAuthentication(nomination.ip().toString(), nomination.since());
  }
}
