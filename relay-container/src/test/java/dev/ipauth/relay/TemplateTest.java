package dev.ipauth.relay;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.settings.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code infra/relay.yaml} sets are settings of the relay, and have its defaults. */
class TemplateTest {
  private static final Pattern VARIABLE =
      Pattern.compile("\\{ Name: ([A-Z_]+), (?:Value|ValueFrom): (.*?) }\n");
  private static final Pattern PARAMETER =
      Pattern.compile("(?m)^  (\\w+):\n(?:    .*\n)*?    Default: (.*)\n");

  private static final Pattern ALLOWED =
      Pattern.compile("(?m)^  (\\w+):\n(?:    .*\n)*?    AllowedPattern: (.*)\n");

  /** Which aren't the relay's own: ECS's region, and a mark that makes a new task. */
  private static final Set<String> OTHERS = Set.of("AWS_REGION", "SECRETS_VERSION");

  /** With the reason why the template leaves the relay's default. */
  private static final Map<String, String> LEFT_ALONE =
      Map.ofEntries(
          Map.entry("LISTEN_ADDRESS", "a task has its own"),
          Map.entry("TLS_CERTIFICATE", "TLS_SECRET instead: nothing writes a file"),
          Map.entry("TLS_PRIVATE_KEY", "likewise"),
          Map.entry("NEXT_HOP_CA", "a file, too; a next hop has a public certificate"),
          Map.entry("NEXT_HOP_CONNECT_TIMEOUT", "fits every next hop"),
          Map.entry("NEXT_HOP_COMMAND_TIMEOUT", "likewise"),
          Map.entry("NEXT_HOP_TEXT_TIMEOUT", "likewise"),
          Map.entry("NEXT_HOP_END_TIMEOUT", "likewise"),
          Map.entry("NEXT_HOP_IDLE", "likewise"),
          Map.entry("NEXT_HOP_KEPT", "likewise"),
          Map.entry("NEXT_HOP_AUTH", "the template's next hop is Amazon SES, or takes a password"),
          Map.entry("NEXT_HOP_OAUTH_TOKEN_URL", "likewise"),
          Map.entry("NEXT_HOP_OAUTH_CLIENT_ID", "likewise"),
          Map.entry("NEXT_HOP_OAUTH_CLIENT_SECRET", "likewise"),
          Map.entry("NEXT_HOP_OAUTH_SCOPE", "likewise"),
          Map.entry("NEXT_HOP_OAUTH_SERVICE_ACCOUNT", "likewise"),
          Map.entry("NEXT_HOP_CLIENT_CERTIFICATE", "likewise"),
          Map.entry("NEXT_HOP_CLIENT_KEY", "likewise"),
          Map.entry("QUEUE_MAX_BYTES", "a bucket has no end; the relay's bounds the bill"),
          Map.entry("QUEUE_HELD_BYTES", "fits the smallest task"),
          Map.entry("QUEUE_HELD_DIR", "/tmp is the task's volume, of 20 GiB"),
          Map.entry("QUEUE_SCHEDULE", "fits every next hop"),
          Map.entry("QUEUE_DELAY_NOTICE", "likewise"),
          Map.entry("QUEUE_CONNECTIONS", "likewise"),
          Map.entry("QUEUE_LEASE", "likewise"),
          Map.entry("LOOKUP_TIMEOUT", "fits DynamoDB"),
          Map.entry("LOOKUPS_AT_ONCE", "likewise"),
          Map.entry("CACHE_ENTRIES", "fits the smallest task"),
          Map.entry("MAX_HEADER_BYTES", "fits every device"),
          Map.entry("HEADERS_HELD_BYTES", "fits the task's memory"),
          Map.entry("MAX_ERRORS", "likewise"),
          Map.entry("IDLE_TIMEOUT", "is within the balancer's 350 s"),
          Map.entry("SESSION_TIMEOUT", "fits every device"),
          Map.entry("AUTH_TIMEOUT", "likewise"),
          Map.entry("FIRST_MAIL_TIMEOUT", "likewise"),
          Map.entry("MAX_CONNECTIONS", "fits the smallest task"),
          Map.entry("MAX_AUTH_FAILURES", "likewise"),
          Map.entry("AUTH_SHUT_OUT", "likewise"));

  /** Where the deployment's default is another: Fargate waits longer, and has several tasks. */
  private static final Map<String, String> OTHERWISE =
      Map.of("DRAIN_TIMEOUT", "PT100S", "NEXT_HOP_SHARED_BY", "6");

  @Test
  void everySettingIsSetOrLeftAloneForAReason() throws IOException {
    Set<String> known = new TreeSet<>(variables().keySet());
    known.removeAll(OTHERS);
    known.addAll(LEFT_ALONE.keySet());
    assertEquals(
        Settings.ALL.stream().map(Setting::name).collect(Collectors.toCollection(TreeSet::new)),
        known);
  }

  @Test
  void defaultsAreTheRelays() throws IOException {
    Map<String, String> parameters = new TreeMap<>();
    find(PARAMETER, "../template.yaml")
        .forEach((name, value) -> parameters.put(name, value.replace("\"", "")));
    Map<String, String> set = variables();
    for (Setting<?> setting : Settings.ALL) {
      String value = set.getOrDefault(setting.name(), "").replace("\"", "");
      // infra/relay.yaml's parameters are called as template.yaml's that they are given.
      String plain = value.startsWith("!Ref ") ? parameters.get(value.substring(5)) : value;
      boolean said = plain != null && !plain.isEmpty() && !plain.startsWith("!");
      if (said) {
        String expected = OTHERWISE.getOrDefault(setting.name(), setting.whenUnset());
        assertEquals(expected, plain, setting.name());
      }
    }
  }

  /** The edges of what CloudFormation lets through: none of it stops the relay at its start. */
  @ParameterizedTest
  @CsvSource({
    "CacheTtl,      CACHE_TTL,      PT0.1S PT5S PT1.5S PT90S PT3599.9S PT3600S PT1M PT59M59S PT1H,"
        + " PT PT0S PT0.0S PT0.01S PT3601S PT60M1S PT61M PT2H P1D 5 -PT5S PT1M60S",
    "QueueLifetime, QUEUE_LIFETIME, PT1H PT48H PT696H PT1M PT9999M P1D P29D P28DT23H P2DT12H,"
        + " PT PT0H PT697H PT720H P30D P29DT1H P0D PT0M P PT10000M 48H P1W",
    "NextHop,       NEXT_HOP,       smtp://a:1 smtps://mail.example.com:65535 smtp+starttls://b:587,"
        + " smtp://a:0 smtp://a:65536 smtps://a:99999 smtp://a http://a:1 smtp://a:025"
  })
  void whatTheTemplateTakesTheRelayTakes(
      String parameter, String name, String taken, String refused) throws IOException {
    Pattern allowed =
        Pattern.compile(requireNonNull(find(ALLOWED, "../template.yaml").get(parameter)));
    Setting<?> setting =
        Settings.ALL.stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
    for (String value : taken.split(" ", -1)) {
      assertTrue(allowed.matcher(value).matches(), value);
      assertNotNull(setting.form().reader().apply(value), value);
    }
    for (String value : refused.split(" ", -1)) {
      assertFalse(allowed.matcher(value).matches(), value);
    }
  }

  private static Map<String, String> variables() throws IOException {
    return find(VARIABLE, "../infra/relay.yaml");
  }

  private static Map<String, String> find(Pattern pattern, String file) throws IOException {
    return pattern
        .matcher(Files.readString(Path.of(file)))
        .results()
        .collect(
            Collectors.toMap(
                match -> match.group(1), TemplateTest::second, (one, other) -> one, TreeMap::new));
  }

  private static String second(MatchResult match) {
    return match.group(2);
  }
}
