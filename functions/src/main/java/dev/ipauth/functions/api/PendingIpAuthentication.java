package dev.ipauth.functions.api;

import dev.ipauth.tables.PendingNomination;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;

/** The address that an SMTP user asks for, and how somebody at it agrees. */
@Serdeable
@Schema(nullable = true)
public record PendingIpAuthentication(
    @Schema(maxLength = Formats.LONGEST_IP_ADDRESS, example = Formats.IP_EXAMPLE) String ip,
    Instant requestedAt,
    Instant expiresAt,
    @Schema(
            description = "To be opened by anybody at that address, without signing in",
            example = "https://relay.example.com/prove/h7q2mzk4w9x3bn8vt5cj6pd2ra")
        String link) {
  static PendingIpAuthentication of(PendingNomination pending, String link) {
    return new PendingIpAuthentication(
        pending.ip().toString(), pending.requestedAt(), pending.expiresAt(), link);
  }
}
