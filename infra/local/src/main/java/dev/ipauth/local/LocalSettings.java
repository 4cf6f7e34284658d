package dev.ipauth.local;

import static java.util.Objects.requireNonNull;

import dev.ipauth.settings.BadSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings that only the platform on one machine has; the relay's are its own.
 *
 * @param httpPort of the API; 0 for any free one
 * @param dataDir where the tables are kept; null keeps them in memory
 * @param dynamoDbPort of DynamoDB's own protocol; 0 for any free one, null for none
 * @param nominableIps {@code any}, or {@code public} for globally reachable addresses only
 */
record LocalSettings(
    int httpPort, @Nullable String dataDir, @Nullable Integer dynamoDbPort, String nominableIps) {
  static final String HTTP_PORT = "HTTP_PORT";
  static final String DATA_DIR = "DATA_DIR";
  static final String DYNAMODB_PORT = "DYNAMODB_PORT";
  static final String NOMINABLE_IPS = "NOMINABLE_IPS";

  private static final Pattern PORT = Pattern.compile("\\d{1,5}");

  /**
   * Reads the environment.
   *
   * @throws BadSettings with a line for everything that is wrong with it
   */
  static LocalSettings read(Map<String, String> environment) {
    var faults = new ArrayList<String>();
    var settings =
        new LocalSettings(
            requireNonNull(port(environment, HTTP_PORT, 8080, faults)),
            text(environment, DATA_DIR).isEmpty() ? null : text(environment, DATA_DIR),
            port(environment, DYNAMODB_PORT, null, faults),
            nominableIps(environment, faults));
    if (!faults.isEmpty()) {
      throw new BadSettings(faults);
    }
    return settings;
  }

  private static @Nullable Integer port(
      Map<String, String> environment,
      String name,
      @Nullable Integer whenUnset,
      List<String> faults) {
    String text = text(environment, name);
    if (text.isEmpty()) {
      return whenUnset;
    }
    if (!PORT.matcher(text).matches() || Integer.parseInt(text) > 65_535) {
      faults.add(
          name + "=" + text + " can't be used. Write a port from 0 (any free one) to 65535.");
      return whenUnset;
    }
    return Integer.parseInt(text);
  }

  private static String nominableIps(Map<String, String> environment, List<String> faults) {
    String text = text(environment, NOMINABLE_IPS);
    if (!List.of("", "any", "public").contains(text)) {
      faults.add(NOMINABLE_IPS + "=" + text + " can't be used. Write any or public.");
    }
    return text.isEmpty() ? "any" : text;
  }

  /** A variable that is empty is one that isn't set, as the relay has it. */
  private static String text(Map<String, String> environment, String name) {
    return environment.getOrDefault(name, "").strip().replaceAll("\\p{Cntrl}", "?");
  }
}
