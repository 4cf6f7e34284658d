package dev.ipauth.functions.api;

import io.micronaut.core.annotation.Introspected;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The shapes of request bodies, for the API's description; {@link Fields} is what reads them. */
final class RequestBodies {
  private static final int MOST_ENTRIES = 50;

  // Either case is taken; an answer has it in lower case.
  static final String USERNAME = "^[A-Za-z0-9][A-Za-z0-9._+@-]{2,63}$";
  private static final String IP_ADDRESS = "#/components/schemas/IpAddress";
  private static final String NETWORK = "#/components/schemas/Network";
  private static final String SENDER = "#/components/schemas/Sender";

  // No control characters, and no half of a surrogate pair, which no JSON text should have.
  private static final String TEXT = "^[^\\x00-\\x1f\\x7f-\\x9f]*$";

  private RequestBodies() {}

  @Introspected
  @Schema(name = "NewSmtpUser", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
  record NewUser(
      @Schema(
              description = "Without one the platform makes one",
              pattern = USERNAME,
              example = "scanner-2f",
              nullable = true)
          @Nullable String username,
      @Schema(pattern = TEXT, maxLength = 256, example = "second floor", nullable = true)
          @Nullable String description,
      @Schema(nullable = false, example = "true", defaultValue = "true") @Nullable Boolean enabled,
      @ArraySchema(
              arraySchema = @Schema(nullable = true),
              maxItems = MOST_ENTRIES,
              schema = @Schema(ref = NETWORK))
          @Nullable List<String> ipRestrictions,
      @ArraySchema(
              arraySchema = @Schema(nullable = true),
              maxItems = MOST_ENTRIES,
              schema = @Schema(ref = SENDER))
          @Nullable List<String> allowedSenders,
      @Schema(format = "email", maxLength = 254, example = "it@example.com", nullable = true)
          @Nullable String bouncesTo,
      @Nullable FirstIp ipAuthentication) {}

  @Introspected
  @Schema(name = "FirstIp", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
  record FirstIp(@Schema(ref = IP_ADDRESS) String ip) {}

  @Introspected
  @Schema(name = "NominatedIp", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
  record NominatedIp(
      @Schema(ref = IP_ADDRESS) String ip,
      @Schema(
              description = "The SMTP user of the account that has the address, to move it",
              pattern = USERNAME,
              example = "scanner-1f",
              nullable = true)
          @Nullable String from) {}

  @Introspected
  @Schema(name = "SmtpUserPatch", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
  record UserPatch(
      @Schema(pattern = TEXT, maxLength = 256, example = "second floor", nullable = true)
          @Nullable String description,
      @Schema(nullable = false, example = "true") @Nullable Boolean enabled,
      @ArraySchema(
              arraySchema = @Schema(nullable = true),
              maxItems = MOST_ENTRIES,
              schema = @Schema(ref = NETWORK))
          @Nullable List<String> ipRestrictions,
      @ArraySchema(
              arraySchema = @Schema(nullable = true),
              maxItems = MOST_ENTRIES,
              schema = @Schema(ref = SENDER))
          @Nullable List<String> allowedSenders,
      @Schema(format = "email", maxLength = 254, example = "it@example.com", nullable = true)
          @Nullable String bouncesTo) {}

  @Introspected
  @Schema(name = "IpRestrictions", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
  record Networks(
      @ArraySchema(
              arraySchema =
                  @Schema(description = "None lifts them", example = "[\"192.0.2.0/24\"]"),
              maxItems = MOST_ENTRIES,
              schema = @Schema(ref = NETWORK))
          List<String> networks) {}

  @Introspected
  @Schema(name = "AllowedSenders", additionalProperties = Schema.AdditionalPropertiesValue.FALSE)
  record Senders(
      @ArraySchema(
              arraySchema =
                  @Schema(description = "None allows any", example = "[\"@example.org\"]"),
              maxItems = MOST_ENTRIES,
              schema = @Schema(ref = SENDER))
          List<String> senders) {}
}
