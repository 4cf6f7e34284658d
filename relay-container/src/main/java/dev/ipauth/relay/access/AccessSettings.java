package dev.ipauth.relay.access;

import dev.ipauth.settings.Form;
import dev.ipauth.settings.Setting;
import dev.ipauth.settings.Values;
import dev.ipauth.tables.Peppers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** What is read of the tables, and with which secret. */
public record AccessSettings(
    DynamoTables.Settings tables, Peppers peppers, Lookups.Limits lookups) {

  private static final Pattern URL = Pattern.compile("https?://[A-Za-z0-9.:_\\[\\]-]+(?:/\\S*)?");
  private static final List<String> ENDPOINTS =
      List.of("AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_SESV2", "AWS_ENDPOINT_URL");
  private static final Pattern REGION = Pattern.compile("[a-z0-9-]+");

  static final Setting<String> SMTP_USERS_TABLE =
      Setting.of("SMTP_USERS_TABLE", Form.table(), "SmtpUsers", "The table of SMTP users.");
  static final Setting<String> IP_AUTHENTICATIONS_TABLE =
      Setting.of(
          "IP_AUTHENTICATIONS_TABLE",
          Form.table(),
          "IpAuthentications",
          "The table of IP authentications.");
  static final Setting<Peppers> PASSWORD_PEPPER =
      Setting.required(
          "PASSWORD_PEPPER",
          Form.of(
                  "base64 of 32 random bytes or more, as `openssl rand -base64 32` makes",
                  Peppers::parse)
              .kept(),
          "The secret that passwords are hashed with, the same for functions and relay; several,"
              + " with commas between, while one replaces another.");
  static final Setting<Duration> CACHE_TTL =
      Setting.of(
          "CACHE_TTL",
          Form.duration(Duration.ofMillis(100), Duration.ofHours(1)),
          "PT5S",
          "How long what was read is used: so long after the API has answered, a change holds"
              + " everywhere.");
  static final Setting<Duration> LOOKUP_TIMEOUT =
      Setting.of(
          "LOOKUP_TIMEOUT",
          Form.duration(Duration.ofMillis(100), Duration.ofMinutes(1)),
          "PT3S",
          "How long a device waits for the tables before it is asked to try again later.");
  static final Setting<Integer> LOOKUPS_AT_ONCE =
      Setting.of(
          "LOOKUPS_AT_ONCE",
          Form.number(1, 10_000),
          "4",
          "Calls to each table under way at once; what is asked for meanwhile goes together in the"
              + " next.");
  static final Setting<Integer> CACHE_ENTRIES =
      Setting.of(
          "CACHE_ENTRIES",
          Form.number(1, 100_000_000),
          "100000",
          "How many addresses and how many usernames are remembered; about 1 KiB each.");

  public static final List<Setting<?>> ALL =
      List.of(
          SMTP_USERS_TABLE,
          IP_AUTHENTICATIONS_TABLE,
          PASSWORD_PEPPER,
          CACHE_TTL,
          LOOKUP_TIMEOUT,
          LOOKUPS_AT_ONCE,
          CACHE_ENTRIES);

  /** What the AWS SDK reads itself, and would only fail at later. */
  public static void check(Map<String, String> environment, Consumer<String> fault) {
    for (String name : ENDPOINTS) {
      check(name, URL, "a URL such as http://localhost:8000", environment).ifPresent(fault);
    }
    check("AWS_REGION", REGION, "a region such as eu-central-1", environment).ifPresent(fault);
  }

  private static Optional<String> check(
      String name, Pattern form, String words, Map<String, String> environment) {
    return Optional.ofNullable(environment.get(name))
        .filter(text -> !text.isEmpty() && !form.matcher(text).matches())
        .map(text -> name + "=" + Values.printable(text) + " can't be used. Write " + words + ".");
  }

  public static AccessSettings from(Values values) {
    return new AccessSettings(
        new DynamoTables.Settings(
            values.get(SMTP_USERS_TABLE),
            values.get(IP_AUTHENTICATIONS_TABLE),
            values.get(LOOKUPS_AT_ONCE),
            values.get(LOOKUP_TIMEOUT)),
        values.get(PASSWORD_PEPPER),
        new Lookups.Limits(
            values.get(CACHE_TTL), values.get(LOOKUP_TIMEOUT), values.get(CACHE_ENTRIES)));
  }
}
