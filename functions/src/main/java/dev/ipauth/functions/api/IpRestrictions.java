package dev.ipauth.functions.api;

import dev.ipauth.tables.Network;
import io.micronaut.core.annotation.Introspected;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.Schema.AdditionalPropertiesValue;
import java.util.List;

/** Where an SMTP user's password may be used from. */
@Introspected
@Schema(name = "IpRestrictions", additionalProperties = AdditionalPropertiesValue.FALSE)
record IpRestrictions(
    @ArraySchema(
            arraySchema =
                @Schema(description = "An empty list lifts them", example = "[\"192.0.2.0/24\"]"),
            maxItems = Formats.MOST_ENTRIES,
            schema =
                @Schema(
                    implementation = String.class,
                    description = Formats.A_NETWORK,
                    maxLength = Formats.LONGEST_NETWORK,
                    example = Formats.NETWORK_EXAMPLE))
        List<Network> networks) {
  static IpRestrictions read(Fields fields) {
    return new IpRestrictions(fields.requireList("networks").networks("networks"));
  }
}
