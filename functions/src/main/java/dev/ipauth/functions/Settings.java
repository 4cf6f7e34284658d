package dev.ipauth.functions;

import dev.ipauth.functions.caller.Issuer;
import dev.ipauth.functions.register.TableNames;
import dev.ipauth.tables.Peppers;
import io.micronaut.core.value.PropertyResolver;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an operator sets, as environment variables or as properties ({@code SMTP_USERS_TABLE} is
 * {@code smtp-users-table}).
 *
 * @param nominable which addresses may be nominated
 * @param requestsPerMinute how many requests an account may make, 1 or more
 */
public record Settings(
    TableNames tables, Nominable nominable, Peppers peppers, Issuer issuer, int requestsPerMinute) {

  /** {@code NOMINABLE_IPS}. */
  public enum Nominable {
    /** Whatever can be one device's address. */
    ANY,
    /** Only what can be reached from anywhere, so that it is one network's only. */
    PUBLIC
  }

  /**
   * @throws IllegalArgumentException with a sentence that names the variable and what to write
   */
  static Settings read(PropertyResolver properties) {
    Reader read = new Reader(properties);
    return new Settings(
        new TableNames(
            read.text("SMTP_USERS_TABLE", "SmtpUsers"),
            read.text("IP_AUTHENTICATIONS_TABLE", "IpAuthentications"),
            read.text("AUDIT_TABLE", "Audit"),
            read.text("IDEMPOTENCY_KEYS_TABLE", "IdempotencyKeys"),
            read.text("API_RATES_TABLE", "ApiRates")),
        read.nominable(),
        read.peppers(),
        new Issuer(
            read.required("OPENID_ISSUER"),
            read.required("OPENID_AUDIENCE"),
            read.text("ACCOUNT_CLAIM", "account_id"),
            read.optional("REQUIRED_SCOPE"),
            read.uri("OPENID_JWKS")),
        read.requestsPerMinute());
  }

  private record Reader(PropertyResolver properties) {
    @Nullable String optional(String variable) {
      String name = variable.toLowerCase(Locale.ROOT).replace('_', '-');
      Optional<String> value = properties.getProperty(name, String.class);
      return value.filter(text -> !text.isBlank()).orElse(null);
    }

    String text(String variable, String otherwise) {
      String value = optional(variable);
      return value == null ? otherwise : value;
    }

    String required(String variable) {
      String value = optional(variable);
      if (value == null) {
        throw new IllegalArgumentException(variable + " must be set.");
      }
      return value;
    }

    Nominable nominable() {
      String value = text("NOMINABLE_IPS", "public");
      return switch (value) {
        case "any" -> Nominable.ANY;
        case "public" -> Nominable.PUBLIC;
        default ->
            throw new IllegalArgumentException(
                "NOMINABLE_IPS is any or public, not '" + value + "'.");
      };
    }

    Peppers peppers() {
      String value = required("PASSWORD_PEPPER");
      try {
        return Peppers.parse(value);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("PASSWORD_PEPPER: " + e.getMessage(), e);
      }
    }

    @Nullable URI uri(String variable) {
      String value = optional(variable);
      try {
        return value == null ? null : new URI(value).parseServerAuthority();
      } catch (URISyntaxException e) {
        throw new IllegalArgumentException(variable + " is a URL, not '" + value + "'.", e);
      }
    }

    int requestsPerMinute() {
      String value = text("REQUESTS_PER_MINUTE", "6000");
      if (!value.matches("[1-9]\\d{0,8}")) {
        throw new IllegalArgumentException(
            "REQUESTS_PER_MINUTE is a number from 1 to 999999999, not '" + value + "'.");
      }
      return Integer.parseInt(value);
    }
  }
}
