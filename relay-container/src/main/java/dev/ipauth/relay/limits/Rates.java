package dev.ipauth.relay.limits;

import dev.ipauth.settings.Form;
import dev.ipauth.settings.Setting;
import dev.ipauth.settings.Values;
import java.time.Duration;
import java.util.List;

/**
 * What is allowed; 0 is no limit.
 *
 * @param connections at once
 * @param connectionsPerAddress at once, from one address
 * @param connectionsPerMinute from one address
 * @param messagesPerMinutePerAddress from one address
 * @param messagesPerMinutePerUser through one SMTP user, wherever it comes from
 * @param authFailures of one address, after which it is shut out from AUTH
 * @param authShutOut for how long
 */
public record Rates(
    int connections,
    int connectionsPerAddress,
    int connectionsPerMinute,
    int messagesPerMinutePerAddress,
    int messagesPerMinutePerUser,
    int authFailures,
    Duration authShutOut) {

  static final Setting<Integer> MAX_CONNECTIONS =
      Setting.of(
          "MAX_CONNECTIONS",
          Form.limit(),
          "10000",
          "Connections at once, of all devices; one account leaves a tenth of them to the others."
              + " Fewer where there are no file descriptors, or no memory: 26 KiB each for TLS, beside"
              + " heap, buffers and 100 MiB.");
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
          "Failed AUTHs of one name from one address, each slower than the one before, after which"
              + " that name is shut out from AUTH there; five times as many, of whatever names, shut"
              + " out the address. A name that has authenticated from there is not.");
  static final Setting<Duration> AUTH_SHUT_OUT =
      Setting.of(
          "AUTH_SHUT_OUT",
          Form.duration(Duration.ofSeconds(1), Duration.ofDays(1)),
          "PT15M",
          "How long an address stays shut out from AUTH.");

  public static final List<Setting<?>> ALL =
      List.of(
          MAX_CONNECTIONS,
          MAX_CONNECTIONS_PER_ADDRESS,
          CONNECTIONS_PER_MINUTE,
          MESSAGES_PER_MINUTE_PER_ADDRESS,
          MESSAGES_PER_MINUTE_PER_USER,
          MAX_AUTH_FAILURES,
          AUTH_SHUT_OUT);

  public static Rates from(Values values) {
    return new Rates(
        values.get(MAX_CONNECTIONS),
        values.get(MAX_CONNECTIONS_PER_ADDRESS),
        values.get(CONNECTIONS_PER_MINUTE),
        values.get(MESSAGES_PER_MINUTE_PER_ADDRESS),
        values.get(MESSAGES_PER_MINUTE_PER_USER),
        values.get(MAX_AUTH_FAILURES),
        values.get(AUTH_SHUT_OUT));
  }

  /** The same, but for this. */
  public Rates withConnections(int most) {
    return new Rates(
        most,
        connectionsPerAddress,
        connectionsPerMinute,
        messagesPerMinutePerAddress,
        messagesPerMinutePerUser,
        authFailures,
        authShutOut);
  }
}
