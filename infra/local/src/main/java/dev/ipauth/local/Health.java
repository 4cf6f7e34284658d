package dev.ipauth.local;

import dev.ipauth.relay.operation.HealthCheck;
import dev.ipauth.relay.operation.OperationSettings;
import dev.ipauth.relay.wire.ListenSettings;
import dev.ipauth.settings.BadSettings;
import dev.ipauth.settings.Values;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The {@code health} command, for a container's health check: asks the platform that runs with the
 * same settings whether its relay serves.
 */
final class Health {
  private Health() {}

  /**
   * Asks.
   *
   * @return the exit status: 0 when it serves, else 1
   * @throws BadSettings when it can't be known where to ask
   */
  static int ask(Map<String, String> environment) {
    var faults = new ArrayList<String>();
    var values =
        Values.read(
            List.of(ListenSettings.LISTEN_ADDRESS, OperationSettings.MANAGEMENT_PORT),
            environment,
            faults::add);
    if (!faults.isEmpty()) {
      throw new BadSettings(faults);
    }
    int port = values.get(OperationSettings.MANAGEMENT_PORT);
    return HealthCheck.ask(
        values
            .get(ListenSettings.LISTEN_ADDRESS)
            .map(address -> new InetSocketAddress(address.toInetAddress(), port))
            .orElseGet(() -> new InetSocketAddress(port)));
  }
}
