package dev.ipauth.functions;

import dev.ipauth.functions.caller.Issuer;
import dev.ipauth.functions.dashboard.DashboardSettings;
import dev.ipauth.functions.messages.MessageRetention;
import dev.ipauth.functions.messages.MessageTables;
import dev.ipauth.functions.register.NominationProof;
import dev.ipauth.functions.register.RegisterSettings;
import dev.ipauth.functions.register.RegisterTables;
import dev.ipauth.tables.Peppers;
import io.micronaut.core.value.PropertyResolver;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an operator sets, as environment variables or as properties ({@code SMTP_USERS_TABLE} is
 * {@code smtp-users-table}).
 *
 * @param nominable which addresses may be nominated
 * @param requestsPerMinute how many requests an account may make, 1 or more
 * @param httpUrl where people reach the API, such as {@code https://relay.example.com}; null for
 *     where it listens
 * @param apiOrigins whose pages may call the API, such as {@code https://admin.example.com}
 */
public record Settings(
    RegisterTables tables,
    MessageTables messageTables,
    MessageRetention messageRetention,
    Nominable nominable,
    Peppers peppers,
    Issuer issuer,
    int requestsPerMinute,
    RegisterSettings register,
    @Nullable String httpUrl,
    List<String> apiOrigins,
    DashboardSettings dashboard) {

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
  static Settings read(PropertyResolver properties, Secrets secrets) {
    SettingsReader read = new SettingsReader(properties);
    return new Settings(
        RegisterTables.read(read::text),
        MessageSettings.tables(read),
        MessageSettings.retention(read),
        read.choice("NOMINABLE_IPS", Nominable.class, Nominable.PUBLIC),
        read.peppers("PASSWORD_PEPPER", secrets),
        new Issuer(
            read.required("OPENID_ISSUER"),
            read.required("OPENID_AUDIENCE"),
            read.text("ACCOUNT_CLAIM", "account_id"),
            read.optional("REQUIRED_SCOPE"),
            read.uri("OPENID_JWKS")),
        read.number("REQUESTS_PER_MINUTE", "6000"),
        new RegisterSettings(
            read.number("MAX_SMTP_USERS", "1000"),
            Duration.ofDays(read.number("AUDIT_RETENTION", "400")),
            read.choice("NOMINATION_PROOF", NominationProof.class, NominationProof.OFF)),
        read.origin("HTTP_URL"),
        read.origins("API_ORIGINS"),
        DashboardReader.read(read));
  }
}
