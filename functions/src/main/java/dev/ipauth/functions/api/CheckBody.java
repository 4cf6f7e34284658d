package dev.ipauth.functions.api;

import dev.ipauth.functions.problem.Problem;
import dev.ipauth.functions.problem.Problem.Fault;
import dev.ipauth.functions.problem.ProblemType;
import dev.ipauth.functions.problem.Refusal;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.Username;
import io.micronaut.core.annotation.Introspected;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.Schema.AdditionalPropertiesValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who would like to send. At least an address or an SMTP user is needed.
 *
 * @param ip where from
 * @param username who logs in, with the right password
 * @param mailFrom the sender; empty is the null sender
 */
@Introspected
@Schema(name = "Check", additionalProperties = AdditionalPropertiesValue.FALSE)
record CheckBody(
    @Schema(
            implementation = String.class,
            description = Formats.AN_IP_ADDRESS,
            maxLength = Formats.LONGEST_IP_ADDRESS,
            example = Formats.IP_EXAMPLE,
            nullable = true)
        @Nullable IpAddress ip,
    @Schema(
            implementation = String.class,
            pattern = Formats.USERNAME,
            example = Formats.USERNAME_EXAMPLE,
            nullable = true)
        @Nullable Username username,
    @Schema(
            description = "The sender; empty is the null sender",
            maxLength = Formats.LONGEST_SENDER,
            example = "scans@example.com",
            nullable = true)
        @Nullable String mailFrom) {
  static CheckBody read(Fields fields) {
    return new CheckBody(
        fields.ipAddress("ip"), fields.username("username"), fields.sender("mailFrom"));
  }

  /**
   * @throws Refusal when nobody is named
   */
  CheckBody ofSomebody() {
    if (ip == null && username == null) {
      throw new Refusal(
          Problem.of(
              ProblemType.INVALID_FIELDS,
              List.of(new Fault("ip", "Say an address, a username, or both."))));
    }
    return this;
  }
}
