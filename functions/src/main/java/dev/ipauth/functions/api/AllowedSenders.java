package dev.ipauth.functions.api;

import dev.ipauth.tables.AllowedSender;
import io.micronaut.core.annotation.Introspected;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.Schema.AdditionalPropertiesValue;
import java.util.List;

/** Which senders an SMTP user may use. */
@Introspected
@Schema(name = "AllowedSenders", additionalProperties = AdditionalPropertiesValue.FALSE)
record AllowedSenders(
    @ArraySchema(
            arraySchema =
                @Schema(description = "An empty list allows any", example = "[\"@example.org\"]"),
            maxItems = Formats.MOST_ENTRIES,
            schema =
                @Schema(
                    implementation = String.class,
                    description = Formats.A_SENDER,
                    maxLength = Formats.LONGEST_SENDER,
                    example = Formats.SENDER_EXAMPLE))
        List<AllowedSender> senders) {
  static AllowedSenders read(Fields fields) {
    return new AllowedSenders(fields.requireList("senders").senders("senders"));
  }
}
