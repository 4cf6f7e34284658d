package dev.ipauth.functions.api;

import io.micronaut.core.annotation.Introspected;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.Schema.AdditionalPropertiesValue;

/** The address that a new SMTP user nominates from the start. */
@Introspected
@Schema(nullable = true, additionalProperties = AdditionalPropertiesValue.FALSE)
record FirstIpAuthentication(
    @Schema(
            description = Formats.AN_IP_ADDRESS,
            maxLength = Formats.LONGEST_IP_ADDRESS,
            example = Formats.IP_EXAMPLE)
        String ip) {}
