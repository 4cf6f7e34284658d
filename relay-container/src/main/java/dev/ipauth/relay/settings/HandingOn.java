package dev.ipauth.relay.settings;

import dev.ipauth.relay.onward.Credentials;
import dev.ipauth.relay.onward.NextHopAddress;
import dev.ipauth.relay.onward.OnwardSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The next hop, and how long it is waited for. */
final class HandingOn {
  private static final Form<Duration> WAIT =
      Form.duration(Duration.ofMillis(100), Duration.ofHours(1));

  static final Setting<NextHopAddress> NEXT_HOP =
      Setting.required(
          "NEXT_HOP",
          Form.of(
              "`smtp://host:port`, `smtp+starttls://host:port` or `smtps://host:port`",
              HandingOn::nextHop),
          "Where mail is handed to: `smtp` takes STARTTLS when it is offered, `smtp+starttls` needs"
              + " it, `smtps` is TLS from the first byte.");
  static final Setting<Optional<String>> NEXT_HOP_USERNAME =
      Setting.optional(
          "NEXT_HOP_USERNAME", Form.of("a name", text -> text), "The name to authenticate with.");
  static final Setting<Optional<String>> NEXT_HOP_PASSWORD =
      Setting.optional(
          "NEXT_HOP_PASSWORD",
          Form.of("a password", (String text) -> text).kept().withItsBlanks(),
          "The password to authenticate with.");
  static final Setting<Optional<Path>> NEXT_HOP_CA =
      Setting.optional(
          "NEXT_HOP_CA",
          Form.readableFile(),
          "Certificates (PEM) that the next hop's may be signed by, instead of the public ones.");
  static final Setting<Duration> NEXT_HOP_CONNECT_TIMEOUT =
      Setting.of(
          "NEXT_HOP_CONNECT_TIMEOUT",
          WAIT,
          "PT10S",
          "How long to wait for a connection to one of the next hop's addresses.");
  static final Setting<Duration> NEXT_HOP_COMMAND_TIMEOUT =
      Setting.of(
          "NEXT_HOP_COMMAND_TIMEOUT",
          WAIT,
          "PT30S",
          "How long to wait for its answer to a command.");
  static final Setting<Duration> NEXT_HOP_TEXT_TIMEOUT =
      Setting.of(
          "NEXT_HOP_TEXT_TIMEOUT", WAIT, "PT2M", "How long it may take none of a message's text.");
  static final Setting<Duration> NEXT_HOP_END_TIMEOUT =
      Setting.of(
          "NEXT_HOP_END_TIMEOUT",
          WAIT,
          "PT4M",
          "How long to wait for its answer to the end of a message.");
  static final Setting<Duration> NEXT_HOP_IDLE =
      Setting.of(
          "NEXT_HOP_IDLE",
          WAIT,
          "PT5S",
          "How long a connection to it is kept for the next message; shorter than the next hop"
              + " keeps it (Amazon SES: 10 s).");
  static final Setting<Integer> NEXT_HOP_KEPT =
      Setting.of(
          "NEXT_HOP_KEPT",
          Form.number(0, 100_000),
          "100",
          "How many connections to it are kept at once; more are closed after their message.");

  static final List<Setting<?>> ALL =
      List.of(
          NEXT_HOP,
          NEXT_HOP_USERNAME,
          NEXT_HOP_PASSWORD,
          NEXT_HOP_CA,
          NEXT_HOP_CONNECT_TIMEOUT,
          NEXT_HOP_COMMAND_TIMEOUT,
          NEXT_HOP_TEXT_TIMEOUT,
          NEXT_HOP_END_TIMEOUT,
          NEXT_HOP_IDLE,
          NEXT_HOP_KEPT);

  private HandingOn() {}

  static void check(Values values, Consumer<String> fault) {
    if (values.isSet(NEXT_HOP_USERNAME) != values.isSet(NEXT_HOP_PASSWORD)) {
      fault.accept("NEXT_HOP_USERNAME and NEXT_HOP_PASSWORD go together. Set both or neither.");
    }
  }

  static OnwardSettings from(Values values) {
    return new OnwardSettings(
        values.get(NEXT_HOP),
        values.get(Conversation.RELAY_HOSTNAME),
        values
            .get(NEXT_HOP_USERNAME)
            .map(name -> new Credentials(name, values.get(NEXT_HOP_PASSWORD).orElseThrow()))
            .orElse(null),
        values.get(NEXT_HOP_CA).orElse(null),
        new OnwardSettings.Timeouts(
            values.get(NEXT_HOP_CONNECT_TIMEOUT),
            values.get(NEXT_HOP_COMMAND_TIMEOUT),
            values.get(NEXT_HOP_TEXT_TIMEOUT),
            values.get(NEXT_HOP_END_TIMEOUT)),
        values.get(NEXT_HOP_IDLE),
        values.get(NEXT_HOP_KEPT));
  }

  /** Says nothing of what is wrong: the form's words say all that can be. */
  private static NextHopAddress nextHop(String text) {
    try {
      return NextHopAddress.parse(text);
    } catch (IllegalArgumentException _) {
      throw new IllegalArgumentException();
    }
  }
}
