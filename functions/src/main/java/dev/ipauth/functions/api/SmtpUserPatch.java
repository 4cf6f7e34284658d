package dev.ipauth.functions.api;

import dev.ipauth.functions.register.SmtpUserEdit;
import dev.ipauth.tables.AllowedSender;
import dev.ipauth.tables.Network;
import io.micronaut.core.annotation.Introspected;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.Schema.AdditionalPropertiesValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A JSON merge patch (RFC 7396): what isn't in it stays as it is. */
@Introspected
@Schema(name = "SmtpUserPatch", additionalProperties = AdditionalPropertiesValue.FALSE)
record SmtpUserPatch(
    @Schema(
            description = "null clears it",
            pattern = Formats.TEXT,
            maxLength = 256,
            example = "second floor",
            nullable = true)
        @Nullable String description,
    @Schema(nullable = false, example = "true") @Nullable Boolean enabled,
    @ArraySchema(
            arraySchema = @Schema(nullable = true),
            maxItems = Formats.MOST_ENTRIES,
            schema =
                @Schema(
                    implementation = String.class,
                    description = Formats.A_NETWORK,
                    maxLength = Formats.LONGEST_NETWORK,
                    example = Formats.NETWORK_EXAMPLE))
        @Nullable List<Network> ipRestrictions,
    @ArraySchema(
            arraySchema = @Schema(nullable = true),
            maxItems = Formats.MOST_ENTRIES,
            schema =
                @Schema(
                    implementation = String.class,
                    description = Formats.A_SENDER,
                    maxLength = Formats.LONGEST_SENDER,
                    example = Formats.SENDER_EXAMPLE))
        @Nullable List<AllowedSender> allowedSenders,
    @Schema(
            description = "Who is told of mail that couldn't be delivered",
            maxLength = Formats.LONGEST_SENDER,
            example = "it@example.com",
            nullable = true)
        @Nullable String bouncesTo) {
  static SmtpUserEdit read(Fields fields) {
    return new SmtpUserEdit.ChangeProfile("changed", ProfileFields.read(fields));
  }
}
