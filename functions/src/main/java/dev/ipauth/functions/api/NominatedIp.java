package dev.ipauth.functions.api;

import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.Username;
import io.micronaut.core.annotation.Introspected;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.Schema.AdditionalPropertiesValue;
import org.jspecify.annotations.Nullable;

/** The address that an SMTP user is to have. */
@Introspected
@Schema(name = "NominatedIp", additionalProperties = AdditionalPropertiesValue.FALSE)
record NominatedIp(
    @Schema(
            implementation = String.class,
            description = Formats.AN_IP_ADDRESS,
            maxLength = Formats.LONGEST_IP_ADDRESS,
            example = Formats.IP_EXAMPLE)
        IpAddress ip,
    @Schema(
            implementation = String.class,
            description = "The SMTP user of the account that has the address, to move it",
            pattern = Formats.USERNAME,
            example = "scanner-1f",
            nullable = true)
        @Nullable Username from) {
  static NominatedIp read(Fields fields) {
    Username from = fields.username("from");
    return new NominatedIp(fields.requiredNominee("ip"), from);
  }
}
