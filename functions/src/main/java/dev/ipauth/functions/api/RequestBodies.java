package dev.ipauth.functions.api;

import io.micronaut.core.annotation.Introspected;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The shapes of request bodies, for the API's description; {@link Fields} is what reads them. */
final class RequestBodies {
  private RequestBodies() {}

  @Introspected
  @Schema(name = "NewSmtpUser", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
  record NewUser(
      @Schema(
              description = "Without one the platform makes one",
              example = "scanner-2f",
              nullable = true)
          @Nullable String username,
      @Schema(maxLength = 256, nullable = true) @Nullable String description,
      @Schema(nullable = true) @Nullable List<String> ipRestrictions,
      @Nullable NominatedIp ipAuthentication) {}

  @Introspected
  @Schema(name = "NominatedIp", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
  record NominatedIp(
      @Schema(description = "Exactly one IPv4 or IPv6 address", example = "198.51.100.7")
          String ip) {}

  @Introspected
  @Schema(name = "SmtpUserPatch", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
  record UserPatch(
      @Schema(maxLength = 256, nullable = true) @Nullable String description,
      @Nullable Boolean enabled) {}

  @Introspected
  @Schema(name = "IpRestrictions", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
  record Networks(
      @Schema(description = "At most 50; none lifts them", example = "[\"192.0.2.0/24\"]")
          List<String> networks) {}

  @Introspected
  @Schema(name = "AllowedSenders", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
  record Senders(
      @Schema(description = "At most 50; none allows any", example = "[\"@example.org\"]")
          List<String> senders) {}
}
