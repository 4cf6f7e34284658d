package dev.ipauth.functions;

import dev.ipauth.functions.caller.CallerSettings;
import dev.ipauth.functions.caller.Issuer;
import dev.ipauth.functions.dashboard.DashboardSettings;
import dev.ipauth.functions.messages.MessageRetention;
import dev.ipauth.functions.messages.MessageTables;
import dev.ipauth.functions.register.RegisterSettings;
import dev.ipauth.functions.register.RegisterTables;
import dev.ipauth.settings.BadSettings;
import dev.ipauth.settings.Form;
import dev.ipauth.settings.Setting;
import dev.ipauth.settings.Values;
import dev.ipauth.tables.Peppers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** What an operator sets: variables, which each room declares for itself. */
public record Settings(
    RegisterTables tables,
    MessageTables messageTables,
    MessageRetention messageRetention,
    Peppers peppers,
    Issuer issuer,
    CallerSettings callers,
    RegisterSettings register,
    DashboardSettings dashboard) {
  private static final Setting<Optional<Peppers>> PASSWORD_PEPPER =
      Setting.optional(
          "PASSWORD_PEPPER",
          Form.of(
                  "base64 of 32 random bytes or more, as `openssl rand -base64 32` makes",
                  Peppers::parse)
              .kept(),
          "The secret that passwords are hashed with.");
  private static final Setting<Optional<String>> PASSWORD_PEPPER_SECRET =
      Setting.optional(
          "PASSWORD_PEPPER_SECRET",
          Form.of("a secret's name or ARN", text -> text),
          "The secret in AWS Secrets Manager that has it.");

  static final List<Setting<?>> ALL =
      Stream.<List<Setting<?>>>of(
              RegisterTables.ALL,
              RegisterSettings.ALL,
              MessageTables.ALL,
              CallerSettings.ALL,
              Issuer.ALL,
              DashboardSettings.ALL,
              List.of(MessageRetention.MESSAGE_RETENTION, PASSWORD_PEPPER, PASSWORD_PEPPER_SECRET))
          .<Setting<?>>flatMap(List::stream)
          .toList();

  /** A line for everything that is wrong, but for what must be set and may be later. */
  public static List<String> faults(Map<String, String> environment) {
    var faults = new ArrayList<String>();
    Values.read(Values.readable(ALL, environment), environment, faults::add);
    return faults;
  }

  /**
   * Reads the environment.
   *
   * @throws BadSettings with a line for everything that is wrong with it
   */
  static Settings read(Map<String, String> environment, Secrets secrets) {
    var faults = new ArrayList<String>();
    var values = Values.read(ALL, environment, faults::add);
    Optional<Peppers> peppers = peppers(values, secrets, faults::add);
    if (peppers.isEmpty() || !faults.isEmpty()) {
      throw new BadSettings(faults);
    }
    RegisterSettings register = RegisterSettings.from(values);
    MessageRetention retention = MessageRetention.from(values);
    return new Settings(
        RegisterTables.from(values),
        MessageTables.from(values),
        retention,
        peppers.get(),
        Issuer.from(values),
        CallerSettings.from(values),
        register,
        DashboardSettings.from(values, register, retention));
  }

  /** From one variable, or from the secret that the other one names. */
  private static Optional<Peppers> peppers(Values values, Secrets secrets, Consumer<String> fault) {
    boolean isNamed = values.isSet(PASSWORD_PEPPER_SECRET);
    if (isNamed && values.isSet(PASSWORD_PEPPER)) {
      fault.accept("PASSWORD_PEPPER and PASSWORD_PEPPER_SECRET say the same. Set one of them.");
      return Optional.empty();
    }
    if (!isNamed && !values.isSet(PASSWORD_PEPPER)) {
      fault.accept("PASSWORD_PEPPER must be set. Write " + PASSWORD_PEPPER.form().words() + ".");
      return Optional.empty();
    }
    if (!isNamed) {
      return values.find(PASSWORD_PEPPER).flatMap(read -> read);
    }
    try {
      String id = values.get(PASSWORD_PEPPER_SECRET).orElseThrow();
      return Optional.of(Peppers.parse(secrets.read(id)));
    } catch (IllegalArgumentException e) {
      fault.accept("PASSWORD_PEPPER_SECRET can't be used. " + e.getMessage());
      return Optional.empty();
    }
  }
}
