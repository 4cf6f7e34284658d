package dev.ipauth.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.access.DynamoTables;
import dev.ipauth.relay.access.Lookups;
import dev.ipauth.relay.limits.Rates;
import dev.ipauth.relay.onward.Login;
import dev.ipauth.relay.onward.NextHopAddress;
import dev.ipauth.relay.onward.OnwardSettings;
import dev.ipauth.relay.onward.Pace;
import dev.ipauth.relay.operation.OperationSettings;
import dev.ipauth.relay.queue.HeldTexts;
import dev.ipauth.relay.wire.ConversationSettings;
import dev.ipauth.relay.wire.ListenSettings;
import dev.ipauth.relay.wire.Port;
import dev.ipauth.relay.wire.Port.Kind;
import dev.ipauth.settings.BadSettings;
import dev.ipauth.settings.Setting;
import dev.ipauth.settings.Values;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.Network;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  private static final String PEPPER = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
  private static final Map<String, String> LEAST =
      Map.of("NEXT_HOP", "smtp://mail.example.com:587", "PASSWORD_PEPPER", PEPPER);

  private static Map<String, String> with(String... assignments) {
    var environment = new HashMap<>(LEAST);
    for (String assignment : assignments) {
      String[] sides = assignment.split("=", 2);
      environment.put(sides[0], sides[1]);
    }
    return environment;
  }

  @Test
  void allDefaults() {
    Settings settings = Settings.read(LEAST);
    assertEquals(
        new ListenSettings(
            List.of(new Port(2525, Kind.STARTTLS), new Port(4650, Kind.TLS)),
            Optional.empty(),
            false,
            List.of()),
        settings.listening());
    assertEquals(
        new ConversationSettings(
            "localhost",
            new ConversationSettings.Certificate.MadeAtTheStart(),
            false,
            35L << 20,
            64 << 10,
            16L << 20,
            100,
            20,
            Duration.ofSeconds(300),
            Duration.ofHours(1),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60)),
        settings.conversation());
    assertEquals(
        new OnwardSettings(
            NextHopAddress.parse("smtp://mail.example.com:587"),
            "localhost",
            null,
            null,
            null,
            OnwardSettings.Timeouts.DEFAULT,
            Duration.ofSeconds(5),
            100,
            Pace.UNLIMITED),
        settings.onward());
    assertEquals(
        new DynamoTables.Settings("SmtpUsers", "IpAuthentications", 4, Duration.ofSeconds(3)),
        settings.access().tables());
    assertEquals(
        new Lookups.Limits(Duration.ofSeconds(5), Duration.ofSeconds(3), 100_000),
        settings.access().lookups());
    assertEquals(
        new Rates(10_000, 200, 3000, 3000, 3000, 20, Duration.ofMinutes(15)), settings.rates());
    assertEquals(new OperationSettings(9090, Duration.ofSeconds(60)), settings.operation());
    assertEquals(List.of(), settings.warnings());
  }

  @Test
  void whatIsSetIsRead(@TempDir Path folder) throws IOException {
    Path certificate = Files.writeString(folder.resolve("chain.pem"), "");
    Path key = Files.writeString(folder.resolve("key.pem"), "");
    Settings settings =
        Settings.read(
            with(
                "SMTP_PORTS=25, 587",
                "SMTPS_PORTS=none",
                "PLAIN_PORTS=2500",
                "LEGACY_TLS_PORTS=0",
                "LISTEN_ADDRESS=::1",
                "PROXY_PROTOCOL=required",
                "TRUSTED_PROXIES=10.0.0.0/8,2001:db8::1",
                "TLS_CERTIFICATE=" + certificate,
                "TLS_PRIVATE_KEY=" + key,
                "NEXT_HOP_USERNAME=me",
                "NEXT_HOP_PASSWORD=geheim",
                "CACHE_TTL=PT0.5S"));
    assertEquals(
        new ListenSettings(
            List.of(
                new Port(25, Kind.STARTTLS),
                new Port(587, Kind.STARTTLS),
                new Port(2500, Kind.PLAIN),
                new Port(0, Kind.LEGACY_STARTTLS)),
            Optional.of(IpAddress.parse("::1")),
            true,
            List.of(Network.parse("10.0.0.0/8"), Network.parse("2001:db8::1"))),
        settings.listening());
    assertEquals(
        new ConversationSettings.Certificate.Files(certificate, key),
        settings.conversation().certificate());
    assertEquals(new Login.Password("me", "geheim"), settings.onward().login());
    assertEquals(Duration.ofMillis(500), settings.access().lookups().cacheTtl());
    assertFalse(settings.toString().contains("geheim"), settings::toString);
    assertFalse(settings.toString().contains(PEPPER), settings::toString);
  }

  @Test
  void theCertificateMayBeASecret() {
    assertEquals(
        new ConversationSettings.Certificate.Secret(
            "arn:aws:secretsmanager:eu-central-1:1:secret:relay-x"),
        Settings.read(with("TLS_SECRET=arn:aws:secretsmanager:eu-central-1:1:secret:relay-x"))
            .conversation()
            .certificate());
  }

  /** With both, a message is held twice, and one bound holds for all of it. */
  @Test
  void theQueueAndSesHoldTextsUnderOneBound() {
    Settings settings =
        Settings.read(
            with(
                "NEXT_HOP=ses://eu-central-1",
                "QUEUE_TEXTS=/tmp",
                "BOUNCE_FROM=a@example.com",
                "QUEUE_HELD_BYTES=5",
                "QUEUE_HELD_DIR=/var/tmp"));
    assertEquals(new HeldTexts.Bounds(5, Path.of("/var/tmp")), settings.held());
  }

  /** Texts in a bucket go after 30 days; the last attempts come behind the lifetime. */
  @Test
  void whatIsTriedForLongerThanItsTextLivesIsRefused() {
    String refusal =
        "QUEUE_LIFETIME and the last attempts of QUEUE_SCHEDULE take longer together than the 30"
            + " days that a bucket keeps the texts. Shorten them, or keep the texts in a folder.";
    assertEquals(
        List.of(refusal), faults(with("QUEUE_TEXTS=s3://bucket/queue", "QUEUE_LIFETIME=P30D")));
    assertEquals(
        List.of(refusal),
        faults(with("QUEUE_TEXTS=s3://bucket/queue", "QUEUE_SCHEDULE=PT1M,P10D")));
    Settings.read(with("QUEUE_TEXTS=s3://bucket/queue", "QUEUE_LIFETIME=P29D"));
    Settings.read(with("QUEUE_TEXTS=/tmp", "QUEUE_LIFETIME=P30D"));
  }

  @Test
  void heldTextsMustFitIntoTheProcess() {
    assertEquals(1, faults(with("QUEUE_HELD_BYTES=1099511627776")).size());
  }

  /** What is compared with something bad isn't compared. */
  @Test
  void aBadSettingIsToldOnceHoweverManyChecksLookAtIt() {
    for (String name :
        List.of(
            "QUEUE_LIFETIME",
            "QUEUE_SCHEDULE",
            "QUEUE_HELD_BYTES",
            "QUEUE_TEXTS",
            "HEADERS_HELD_BYTES",
            "MAX_HEADER_BYTES",
            "NEXT_HOP")) {
      assertEquals(1, faults(with(name + "=bad")).size(), name);
    }
  }

  private static List<String> faults(Map<String, String> environment) {
    return assertThrows(BadSettings.class, () -> Settings.read(environment)).lines();
  }

  @Test
  void anEmptyVariableIsOneThatIsNotSet() {
    assertEquals(
        Settings.read(LEAST).listening(),
        Settings.read(with("SMTP_PORTS=", "TLS_CERTIFICATE= ")).listening());
  }

  @Test
  void aNameThatIsNearlyASettingIsWarnedOf() {
    assertEquals(
        List.of("MAX_RECIPIENT is no setting and changes nothing. Was MAX_RECIPIENTS meant?"),
        Settings.read(with("MAX_RECIPIENT=5", "PATH=/bin", "HOSTNAME=x")).warnings());
  }

  /** Runs {@code bad-settings.txt}. */
  @TestFactory
  Stream<DynamicTest> badSettings() throws IOException {
    try (var file = SettingsTest.class.getResourceAsStream("bad-settings.txt")) {
      var text = new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
      return text
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> DynamicTest.dynamicTest(line, () -> refuses(line.split(" -> ", 2))))
          .toList()
          .stream();
    }
  }

  private static void refuses(String[] sides) {
    var environment = with(sides[0].split(" "));
    var refused = assertThrows(BadSettings.class, () -> Settings.read(environment));
    assertEquals(Arrays.asList(sides[1].split(" \\| ")), refused.lines());
  }

  /** Base64 has no blanks; whatever else is secret is somebody's own. */
  @Test
  void everySecretKeepsItsBlanksAndLosesItsLineEnd() {
    Set<String> secrets =
        Settings.ALL.stream()
            .filter(setting -> setting.form().secret())
            .map(Setting::name)
            .filter(name -> !name.equals("PASSWORD_PEPPER"))
            .collect(Collectors.toSet());
    assertEquals(Set.of("NEXT_HOP_PASSWORD", "NEXT_HOP_OAUTH_CLIENT_SECRET"), secrets);
    for (Setting<?> setting : Settings.ALL) {
      if (secrets.contains(setting.name())) {
        var values =
            Values.read(List.of(setting), Map.of(setting.name(), " \tge heim \r\n"), _ -> {});
        assertEquals(Optional.of(" \tge heim "), values.get(setting), setting.name());
      }
    }
  }

  /** A setting that is named for a secret is one. */
  @Test
  void noSecretIsRepeated() {
    for (Setting<?> setting : Settings.ALL) {
      if (Pattern.compile("PASSWORD|CLIENT_SECRET|PEPPER").matcher(setting.name()).find()) {
        assertTrue(setting.form().secret(), setting.name());
      }
    }
  }

  @Test
  void aPasswordKeepsItsBlanksAndLosesItsLineEnd() {
    Settings settings =
        Settings.read(with("NEXT_HOP_USERNAME= scanner ", "NEXT_HOP_PASSWORD=  ge heim \r\n"));
    assertEquals(new Login.Password("scanner", "  ge heim "), settings.onward().login());
  }
}
