package dev.ipauth.functions.api;

import dev.ipauth.functions.register.NewSmtpUser;
import dev.ipauth.tables.AllowedSender;
import dev.ipauth.tables.Network;
import dev.ipauth.tables.SmtpUser;
import dev.ipauth.tables.Username;
import io.micronaut.core.annotation.Introspected;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.Schema.AdditionalPropertiesValue;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** An SMTP user that is to be made. */
@Introspected
@Schema(name = "NewSmtpUser", additionalProperties = AdditionalPropertiesValue.FALSE)
record NewSmtpUserBody(
    @Schema(
            implementation = String.class,
            description = "Without one the platform makes one",
            pattern = Formats.USERNAME,
            example = Formats.USERNAME_EXAMPLE,
            nullable = true)
        @Nullable Username username,
    @Schema(
            description = "What a person wants to remember of it",
            pattern = Formats.TEXT,
            maxLength = 256,
            example = "second floor",
            nullable = true)
        @Nullable String description,
    @Schema(nullable = false, example = "true", defaultValue = "true") @Nullable Boolean enabled,
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
        @Nullable String bouncesTo,
    @Schema(nullable = false) @Nullable FirstIpAuthentication ipAuthentication) {
  static NewSmtpUser read(Fields fields) {
    Username username = fields.username("username");
    UnaryOperator<SmtpUser.Profile> profile = ProfileFields.read(fields);
    Fields ipAuthentication = fields.object("ipAuthentication");
    return new NewSmtpUser(
        username,
        profile.apply(SmtpUser.Profile.NEW),
        ipAuthentication == null ? null : ipAuthentication.require("ip").nominee("ip"));
  }
}
