package dev.ipauth.relay.onward;

import dev.ipauth.relay.tls.ClientTls;
import dev.ipauth.relay.tls.ClientTls.Proof;
import dev.ipauth.settings.Form;
import dev.ipauth.settings.Setting;
import dev.ipauth.settings.Values;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How mail is handed on.
 *
 * @param hostname what the relay calls itself
 * @param credentials null when the next hop asks for none
 * @param authorities PEM file of certificates to trust instead of the JDK's, null for the JDK's
 * @param timeouts how long each thing may take
 * @param idle how long a connection is kept for the next message; shorter than servers keep it
 * @param kept how many are kept at once
 */
public record OnwardSettings(
    NextHopAddress nextHop,
    String hostname,
    @Nullable Credentials credentials,
    @Nullable Path authorities,
    Timeouts timeouts,
    Duration idle,
    int kept) {

  /**
   * Shorter than a device's own, so that the device hears a reply and not silence.
   *
   * @param connect for one address
   * @param command from a command to its reply, the greeting and TLS included
   * @param text without any of the text being taken
   * @param finalDot from the final dot to its reply
   */
  public record Timeouts(Duration connect, Duration command, Duration text, Duration finalDot) {
    public static final Timeouts DEFAULT =
        new Timeouts(
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(120),
            Duration.ofSeconds(240));
  }

  /** Whoever is to see a password, or must be spoken to in TLS, proves its name. */
  ClientTls.Server tls() {
    boolean required = nextHop.encryption().isRequired();
    var ifNotRequired = credentials == null ? Proof.NOWHERE : Proof.ELSEWHERE;
    return new ClientTls.Server(
        nextHop.host(),
        nextHop.port(),
        timeouts.command(),
        required ? Proof.EVERYWHERE : ifNotRequired,
        authorities);
  }

  private static final Form<Duration> WAIT =
      Form.duration(Duration.ofMillis(100), Duration.ofHours(1));

  /** Somebody waits at the panel. */
  private static final Duration WITH_QUEUE = Duration.ofSeconds(20);

  static final Setting<NextHopAddress> NEXT_HOP =
      Setting.required(
          "NEXT_HOP",
          Form.of(
              "`smtp://host:port`, `smtp+starttls://host:port` or `smtps://host:port`",
              OnwardSettings::nextHop),
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
          "How long a device waits for its answer to the end of a message. With a queue `PT20S`, and"
              + " then the message is kept.");
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

  public static final List<Setting<?>> ALL =
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

  public static void check(Values values, Consumer<String> fault) {
    if (values.isSet(NEXT_HOP_USERNAME) != values.isSet(NEXT_HOP_PASSWORD)) {
      fault.accept("NEXT_HOP_USERNAME and NEXT_HOP_PASSWORD go together. Set both or neither.");
    }
  }

  /** How long a device waits for the answer to its final dot where messages can be kept. */
  public static Duration endTimeoutWithQueue(Values values) {
    return values.isSet(NEXT_HOP_END_TIMEOUT) ? values.get(NEXT_HOP_END_TIMEOUT) : WITH_QUEUE;
  }

  /** The same, when the answer to a final dot is listened for that long. */
  public OnwardSettings listening(Duration toFinalDot) {
    var listening =
        new Timeouts(timeouts.connect(), timeouts.command(), timeouts.text(), toFinalDot);
    return new OnwardSettings(nextHop, hostname, credentials, authorities, listening, idle, kept);
  }

  public static OnwardSettings from(Values values, String hostname) {
    return new OnwardSettings(
        values.get(NEXT_HOP),
        hostname,
        values
            .get(NEXT_HOP_USERNAME)
            .map(name -> new Credentials(name, values.get(NEXT_HOP_PASSWORD).orElseThrow()))
            .orElse(null),
        values.get(NEXT_HOP_CA).orElse(null),
        new Timeouts(
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
