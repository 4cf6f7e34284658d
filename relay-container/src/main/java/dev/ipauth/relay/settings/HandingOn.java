package dev.ipauth.relay.settings;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * The next hop, and how long it is waited for: shorter than a device waits.
 *
 * @param connect until the connection stands, TLS included
 * @param command for each answer but the last
 * @param end for the answer to the end of a message
 */
public record HandingOn(
    String nextHop,
    Optional<Credentials> credentials,
    Duration connect,
    Duration command,
    Duration end) {

  /** What the relay authenticates with at the next hop. Printed without the password. */
  public record Credentials(String username, String password) {
    @Override
    public String toString() {
      return "Credentials[" + username + ", …]";
    }
  }

  private static final Form<Duration> WAIT =
      Form.duration(Duration.ofMillis(100), Duration.ofHours(1));

  static final Setting<String> NEXT_HOP =
      Setting.required(
          "NEXT_HOP",
          Form.matching(
              "`smtp://host:port`, `smtp+starttls://host:port` or `smtps://host:port`",
              Pattern.compile("(?:smtp|smtp\\+starttls|smtps)://\\S+:\\d{1,5}")),
          "Where mail is handed to: `smtp` takes STARTTLS when it is offered, `smtp+starttls` needs"
              + " it, `smtps` is TLS from the first byte.");
  static final Setting<Optional<String>> NEXT_HOP_USERNAME =
      Setting.optional(
          "NEXT_HOP_USERNAME", Form.of("a name", text -> text), "The name to authenticate with.");
  static final Setting<Optional<String>> NEXT_HOP_PASSWORD =
      Setting.optional(
          "NEXT_HOP_PASSWORD",
          Form.of("a password", (String text) -> text).kept(),
          "The password to authenticate with.");
  static final Setting<Duration> NEXT_HOP_CONNECT_TIMEOUT =
      Setting.of(
          "NEXT_HOP_CONNECT_TIMEOUT",
          WAIT,
          "PT10S",
          "How long to wait for a connection to the next hop, TLS included.");
  static final Setting<Duration> NEXT_HOP_COMMAND_TIMEOUT =
      Setting.of(
          "NEXT_HOP_COMMAND_TIMEOUT",
          WAIT,
          "PT30S",
          "How long to wait for its answer to a command.");
  static final Setting<Duration> NEXT_HOP_END_TIMEOUT =
      Setting.of(
          "NEXT_HOP_END_TIMEOUT",
          WAIT,
          "PT2M",
          "How long to wait for its answer to the end of a message.");

  static final List<Setting<?>> ALL =
      List.of(
          NEXT_HOP,
          NEXT_HOP_USERNAME,
          NEXT_HOP_PASSWORD,
          NEXT_HOP_CONNECT_TIMEOUT,
          NEXT_HOP_COMMAND_TIMEOUT,
          NEXT_HOP_END_TIMEOUT);

  static void check(Values values, Consumer<String> fault) {
    if (values.isSet(NEXT_HOP_USERNAME) != values.isSet(NEXT_HOP_PASSWORD)) {
      fault.accept("NEXT_HOP_USERNAME and NEXT_HOP_PASSWORD go together. Set both or neither.");
    }
  }

  static HandingOn from(Values values) {
    return new HandingOn(
        values.get(NEXT_HOP),
        values
            .get(NEXT_HOP_USERNAME)
            .map(name -> new Credentials(name, values.get(NEXT_HOP_PASSWORD).orElseThrow())),
        values.get(NEXT_HOP_CONNECT_TIMEOUT),
        values.get(NEXT_HOP_COMMAND_TIMEOUT),
        values.get(NEXT_HOP_END_TIMEOUT));
  }
}
