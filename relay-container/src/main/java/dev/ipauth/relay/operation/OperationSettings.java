package dev.ipauth.relay.operation;

import dev.ipauth.settings.Form;
import dev.ipauth.settings.Setting;
import dev.ipauth.settings.Values;
import java.time.Duration;
import java.util.List;

/**
 * How the process is watched and stopped.
 *
 * @param managementPort for {@code /health}, {@code /ready} and {@code /metrics}
 * @param drain how long transactions under way may take to finish at the end
 */
public record OperationSettings(int managementPort, Duration drain) {

  public static final Setting<Integer> MANAGEMENT_PORT =
      Setting.of(
          "MANAGEMENT_PORT",
          Form.number(0, 65_535),
          "9090",
          "The port of `GET /health`, `/ready` and `/metrics`. Keep it from the internet.");
  static final Setting<Duration> DRAIN_TIMEOUT =
      Setting.of(
          "DRAIN_TIMEOUT",
          Form.duration(Duration.ZERO, Duration.ofHours(1)),
          "PT60S",
          "How long transactions under way may take to finish after SIGTERM.");

  public static final List<Setting<?>> ALL = List.of(MANAGEMENT_PORT, DRAIN_TIMEOUT);

  public static OperationSettings from(Values values) {
    return new OperationSettings(values.get(MANAGEMENT_PORT), values.get(DRAIN_TIMEOUT));
  }
}
