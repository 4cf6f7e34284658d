package dev.ipauth.functions.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.ipauth.functions.messages.LastSeen;
import dev.ipauth.tables.AllowedSender;
import dev.ipauth.tables.Network;
import dev.ipauth.tables.SmtpUser;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An SMTP user as the API shows it.
 *
 * @param ipAuthentication the address it nominates, or null
 * @param pendingIpAuthentication the address that waits for somebody at it to agree, or null;
 *     missing where no proof is asked for
 * @param ipRestrictions where its password may be used from; none is anywhere
 * @param allowedSenders whom it may send as; none is anybody
 * @param bouncesTo who is told of mail that couldn't be delivered; null for nobody
 * @param lastSeen its newest message or refusal, or null; null, too, in the answer to a change
 *     while the message log can't be read
 * @param password only in the answer that makes the user; it can't be shown again
 */
@Serdeable
@Schema(name = "SmtpUser")
public record SmtpUserAnswer(
    @Schema(pattern = Formats.STORED_USERNAME, example = Formats.USERNAME_EXAMPLE) String username,
    @Schema(
            requiredMode = Schema.RequiredMode.REQUIRED,
            maxLength = 256,
            example = "second floor",
            nullable = true)
        @Nullable String description,
    @Schema(example = "true") boolean enabled,
    @Schema(requiredMode = Schema.RequiredMode.REQUIRED, nullable = false)
        @Nullable SmtpUserIpAuthentication ipAuthentication,
    @Schema(implementation = PendingIpAuthentication.class)
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable Object pendingIpAuthentication,
    @ArraySchema(
            maxItems = 50,
            arraySchema = @Schema(example = "[\"192.0.2.0/24\", \"2001:db8::/48\"]"),
            schema = @Schema(type = "string"))
        List<String> ipRestrictions,
    @ArraySchema(
            maxItems = 50,
            arraySchema = @Schema(example = "[\"scans@example.com\", \"@example.org\"]"),
            schema = @Schema(type = "string"))
        List<String> allowedSenders,
    @Schema(
            requiredMode = Schema.RequiredMode.REQUIRED,
            maxLength = Formats.LONGEST_SENDER,
            example = "it@example.com",
            nullable = true)
        @Nullable String bouncesTo,
    @Schema(requiredMode = Schema.RequiredMode.REQUIRED, nullable = false)
        @Nullable SmtpUserLastSeen lastSeen,
    Instant createdAt,
    Instant passwordChangedAt,
    @Schema(minLength = 20, maxLength = 32, example = Formats.PASSWORD_EXAMPLE, nullable = false)
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable String password) {
  static SmtpUserAnswer of(
      SmtpUser user,
      @Nullable Object pendingIpAuthentication,
      LastSeen.@Nullable Seen lastSeen,
      @Nullable String password) {
    return new SmtpUserAnswer(
        user.username().text(),
        user.profile().description(),
        user.enabled(),
        SmtpUserIpAuthentication.of(user.nomination()),
        pendingIpAuthentication,
        user.profile().ipRestrictions().stream().map(Network::toString).toList(),
        user.allowedSenders().stream().map(AllowedSender::text).toList(),
        user.profile().bouncesTo(),
        lastSeen == null ? null : SmtpUserLastSeen.of(lastSeen),
        user.createdAt(),
        user.password().changedAt(),
        password);
  }
}
