package dev.ipauth.functions.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.ipauth.tables.AllowedSender;
import dev.ipauth.tables.Network;
import dev.ipauth.tables.Nomination;
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
 * @param ipRestrictions where its password may be used from; none is anywhere
 * @param allowedSenders whom it may send as; none is anybody
 * @param bouncesTo who is told of mail that couldn't be delivered; null for nobody
 * @param lastSeen its newest message or refusal, or null
 * @param password only in the answer that makes the user; it can't be shown again
 */
@Serdeable
@Schema(name = "SmtpUser")
public record SmtpUserAnswer(
    @Schema(pattern = USERNAME, example = "scanner-2f") String username,
    @Schema(maxLength = 256, example = "second floor", nullable = true)
        @Nullable String description,
    @Schema(example = "true") boolean enabled,
    @Schema(nullable = true) @Nullable NominationAnswer ipAuthentication,
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
    @Schema(maxLength = 254, example = "it@example.com", nullable = true)
        @Nullable String bouncesTo,
    @Schema(nullable = true) @Nullable LastSeenAnswer lastSeen,
    Instant createdAt,
    Instant passwordChangedAt,
    @Schema(minLength = 20, maxLength = 20, example = PASSWORD)
        @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable String password) {
  static final String USERNAME = "^[a-z0-9][a-z0-9._+@-]{2,63}$";
  static final String IP_ADDRESS = "#/components/schemas/IpAddress";
  static final String PASSWORD = "xkqm7w3hrb9tz2nvp8cy";

  /** The address an SMTP user nominates, and since when. */
  @Serdeable
  @Schema(name = "Nomination")
  public record NominationAnswer(@Schema(ref = IP_ADDRESS) String ip, Instant since) {
    static @Nullable NominationAnswer of(@Nullable Nomination nomination) {
      return nomination == null
          ? null
          : new NominationAnswer(nomination.ip().toString(), nomination.since());
    }
  }

  /** What an SMTP user did last. */
  @Serdeable
  @Schema(name = "LastSeen")
  public record LastSeenAnswer(
      Instant at,
      @Schema(ref = IP_ADDRESS) String ip,
      @Schema(example = "ip", nullable = true) @Nullable String authenticatedBy,
      @Schema(example = "SCANNER2F", nullable = true) @Nullable String helo,
      @Schema(example = "TLSv1.3", nullable = true) @Nullable String tls,
      @Schema(example = "scans@example.com", nullable = true) @Nullable String mailFrom,
      @Schema(example = "delivered") String outcome,
      @Schema(example = "250 2.0.0 OK", nullable = true) @Nullable String reply) {}

  static SmtpUserAnswer of(SmtpUser user) {
    return of(user, null);
  }

  static SmtpUserAnswer of(SmtpUser user, @Nullable String password) {
    return new SmtpUserAnswer(
        user.username().text(),
        user.profile().description(),
        user.enabled(),
        NominationAnswer.of(user.nomination()),
        user.profile().ipRestrictions().stream().map(Network::toString).toList(),
        user.allowedSenders().stream().map(AllowedSender::text).toList(),
        user.profile().bouncesTo(),
        null,
        user.createdAt(),
        user.password().changedAt(),
        password);
  }
}
