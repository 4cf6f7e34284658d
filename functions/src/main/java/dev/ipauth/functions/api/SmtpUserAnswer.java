package dev.ipauth.functions.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.ipauth.tables.AllowedSender;
import dev.ipauth.tables.Network;
import dev.ipauth.tables.Nomination;
import dev.ipauth.tables.SmtpUser;
import io.micronaut.serde.annotation.Serdeable;
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
 * @param password only in the answer that makes the user; it can't be shown again
 */
@Serdeable
@Schema(name = "SmtpUser")
public record SmtpUserAnswer(
    String username,
    @Schema(nullable = true) @Nullable String description,
    boolean enabled,
    @Schema(nullable = true) @Nullable NominationAnswer ipAuthentication,
    List<String> ipRestrictions,
    List<String> allowedSenders,
    Instant createdAt,
    Instant passwordChangedAt,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String password) {

  /** The address an SMTP user nominates, and since when. */
  @Serdeable
  @Schema(name = "Nomination")
  public record NominationAnswer(String ip, Instant since) {
    static @Nullable NominationAnswer of(@Nullable Nomination nomination) {
      return nomination == null
          ? null
          : new NominationAnswer(nomination.ip().toString(), nomination.since());
    }
  }

  static SmtpUserAnswer of(SmtpUser user) {
    return of(user, null);
  }

  static SmtpUserAnswer of(SmtpUser user, @Nullable String password) {
    return new SmtpUserAnswer(
        user.username().text(),
        user.description(),
        user.enabled(),
        NominationAnswer.of(user.nomination()),
        user.ipRestrictions().stream().map(Network::toString).toList(),
        user.allowedSenders().stream().map(AllowedSender::text).toList(),
        user.createdAt(),
        user.passwordChangedAt(),
        password);
  }
}
