package dev.ipauth.relay.settings;

import dev.ipauth.relay.limits.Rates;
import java.time.Duration;
import java.util.List;

/** How much of the relay one device or SMTP user may use. The names end in what is counted by. */
final class Limiting {
  static final Setting<Integer> MAX_CONNECTIONS =
      Setting.of("MAX_CONNECTIONS", Form.limit(), "10000", "Connections at once, of all devices.");
  static final Setting<Integer> MAX_CONNECTIONS_PER_ADDRESS =
      Setting.of(
          "MAX_CONNECTIONS_PER_ADDRESS",
          Form.limit(),
          "200",
          "Connections at once from one address; an office behind NAT is one.");
  static final Setting<Integer> CONNECTIONS_PER_MINUTE =
      Setting.of(
          "CONNECTIONS_PER_MINUTE",
          Form.limit(),
          "3000",
          "New connections per minute from one address.");
  static final Setting<Integer> MESSAGES_PER_MINUTE_PER_ADDRESS =
      Setting.of(
          "MESSAGES_PER_MINUTE_PER_ADDRESS",
          Form.limit(),
          "3000",
          "Messages per minute from one address.");
  static final Setting<Integer> MESSAGES_PER_MINUTE_PER_USER =
      Setting.of(
          "MESSAGES_PER_MINUTE_PER_USER",
          Form.limit(),
          "3000",
          "Messages per minute through one SMTP user, on each relay.");
  static final Setting<Integer> MAX_AUTH_FAILURES =
      Setting.of(
          "MAX_AUTH_FAILURES",
          Form.limit(),
          "20",
          "Failed AUTHs from one address, each slower than the one before, after which it is shut"
              + " out from AUTH. A name that has authenticated from there is not.");
  static final Setting<Duration> AUTH_SHUT_OUT =
      Setting.of(
          "AUTH_SHUT_OUT",
          Form.duration(Duration.ofSeconds(1), Duration.ofDays(1)),
          "PT15M",
          "How long an address stays shut out from AUTH.");

  static final List<Setting<?>> ALL =
      List.of(
          MAX_CONNECTIONS,
          MAX_CONNECTIONS_PER_ADDRESS,
          CONNECTIONS_PER_MINUTE,
          MESSAGES_PER_MINUTE_PER_ADDRESS,
          MESSAGES_PER_MINUTE_PER_USER,
          MAX_AUTH_FAILURES,
          AUTH_SHUT_OUT);

  private Limiting() {}

  static Rates from(Values values) {
    return new Rates(
        values.get(MAX_CONNECTIONS),
        values.get(MAX_CONNECTIONS_PER_ADDRESS),
        values.get(CONNECTIONS_PER_MINUTE),
        values.get(MESSAGES_PER_MINUTE_PER_ADDRESS),
        values.get(MESSAGES_PER_MINUTE_PER_USER),
        values.get(MAX_AUTH_FAILURES),
        values.get(AUTH_SHUT_OUT));
  }
}
