package dev.ipauth.local;

import dev.ipauth.functions.register.RegisterSettings;
import dev.ipauth.local.http.HttpSettings;
import dev.ipauth.local.http.SignIn;
import dev.ipauth.relay.Settings;
import dev.ipauth.settings.BadSettings;
import dev.ipauth.settings.Form;
import dev.ipauth.settings.Misspelling;
import dev.ipauth.settings.Setting;
import dev.ipauth.settings.Values;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The settings that only the platform on one machine has; the relay's are its own, and so are the
 * functions'.
 *
 * @param dataDir where the tables are kept; in memory when it's empty
 * @param dynamoDbPort of DynamoDB's own protocol; 0 for any free one, none when it's empty
 */
record LocalSettings(HttpSettings http, Optional<String> dataDir, Optional<Integer> dynamoDbPort) {
  static final Setting<Optional<String>> DATA_DIR =
      Setting.optional(
          "DATA_DIR",
          Form.of("a folder on a disk of this machine", text -> text),
          "Where the tables, the queue's texts, the pepper and the keys are kept, for this user"
              + " alone; in memory when unset.");
  private static final Setting<Optional<Integer>> DYNAMODB_PORT =
      Setting.optional(
          "DYNAMODB_PORT",
          Form.number(0, 65_535),
          "For development: serve the tables there on 127.0.0.1 in DynamoDB's protocol.");

  static final List<Setting<?>> ALL =
      Stream.concat(HttpSettings.ALL.stream(), Stream.of(DATA_DIR, DYNAMODB_PORT)).toList();

  /**
   * Reads the environment.
   *
   * @throws BadSettings with a line for everything that is wrong with it, whoever's setting it is
   */
  static LocalSettings read(Map<String, String> environment) {
    var faults = new ArrayList<String>();
    var values = Values.read(ALL, environment, faults::add);
    HttpSettings.check(values, faults::add);
    var dataDir = values.find(DATA_DIR).orElse(Optional.empty());
    HttpSettings http = faults.isEmpty() ? HttpSettings.from(values) : null;
    if (http != null && http.signIn() == SignIn.KEY && dataDir.isEmpty()) {
      faults.add("SIGN_IN=key needs DATA_DIR, where the keys are kept. Write a folder.");
    }
    if (dataDir.isEmpty() && isSet(environment, "QUEUE_TEXTS")) {
      faults.add(
          "QUEUE_TEXTS needs DATA_DIR, where the rows of what is kept are: in memory they would be lost with the process. Write a folder.");
    }
    if (http != null && http.isNowhereInParticular() && asksForProof(environment)) {
      faults.add(
          "NOMINATION_PROOF=required needs HTTP_URL where HTTP_ADDRESS=%s: its links have to lead to one place. Write it, such as https://relay.example.com."
              .formatted(http.address()));
    }
    var said = asTheRelayGetsIt(environment, dataDir);
    faults.addAll(Settings.faults(said));
    faults.addAll(ControlPlane.faults(said));
    if (http == null || !faults.isEmpty()) {
      throw new BadSettings(faults.stream().distinct().toList());
    }
    return new LocalSettings(http, dataDir, values.get(DYNAMODB_PORT));
  }

  /** What of {@link Defaults} can be told before there are files. */
  private static Map<String, String> asTheRelayGetsIt(
      Map<String, String> environment, Optional<String> dataDir) {
    var said = new HashMap<>(environment);
    said.values().removeIf(String::isBlank);
    dataDir.ifPresent(folder -> said.putIfAbsent("QUEUE_TEXTS", folder + "/queue"));
    return said;
  }

  private static boolean isSet(Map<String, String> environment, String name) {
    return !environment.getOrDefault(name, "").isBlank();
  }

  /** It is the functions' setting; one that they don't know is refused by them. */
  private static boolean asksForProof(Map<String, String> environment) {
    return environment.getOrDefault("NOMINATION_PROOF", "").strip().equals("required");
  }

  /**
   * Likewise the functions'; a command leaves lines in accounts' trails, too.
   *
   * @throws BadSettings when it can't be read
   */
  static Duration auditRetention(Map<String, String> environment) {
    return Values.of(List.of(RegisterSettings.AUDIT_RETENTION), environment)
        .get(RegisterSettings.AUDIT_RETENTION);
  }

  /** For the operator: names that look like a setting's and aren't. */
  static List<String> warnings(Map<String, String> environment) {
    var known = Stream.concat(ALL.stream(), Settings.ALL.stream()).toList();
    var names =
        environment.keySet().stream().filter(name -> !ControlPlane.VARIABLES.contains(name));
    return Misspelling.among(names.toList(), known);
  }
}
