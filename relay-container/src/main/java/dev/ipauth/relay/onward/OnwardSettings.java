package dev.ipauth.relay.onward;

import dev.ipauth.relay.oauth.OAuthSettings;
import dev.ipauth.relay.tls.Certificate.PemFiles;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How mail is handed on.
 *
 * @param hostname what the relay calls itself
 * @param login null when the next hop asks for none
 * @param authorities PEM file of certificates to trust instead of the JDK's, null for the JDK's
 * @param certificate the relay's own, null when the next hop asks for none
 * @param timeouts how long each thing may take
 * @param idle how long a connection is kept for the next message; shorter than servers keep it
 * @param kept how many are kept at once
 * @param pace how much is handed on at once, and in a minute
 */
public record OnwardSettings(
    NextHopUrl nextHop,
    String hostname,
    @Nullable Login login,
    @Nullable Path authorities,
    @Nullable PemFiles certificate,
    Timeouts timeouts,
    Duration idle,
    int kept,
    Pace pace) {

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

  /**
   * The server that mail is handed to by SMTP.
   *
   * @throws IllegalStateException where it isn't
   */
  NextHopAddress server() {
    return switch (nextHop) {
      case NextHopAddress address -> address;
      case NextHopUrl.Ses ses -> throw new IllegalStateException(ses + " speaks no SMTP");
    };
  }

  /** A token is never shown in the clear, nor to a stranger; not on this machine either. */
  boolean isTlsRequired() {
    return server().encryption().isRequired() || login instanceof Login.Token;
  }

  /** Whoever is to see a password, or must be spoken to in TLS, proves its name. */
  ClientTls.Server tls() {
    var ifNotRequired = login == null ? Proof.NOWHERE : Proof.ELSEWHERE;
    return new ClientTls.Server(
        server().host(),
        server().port(),
        timeouts.command(),
        isTlsRequired() ? Proof.EVERYWHERE : ifNotRequired,
        authorities,
        certificate);
  }

  private static final Form<Duration> WAIT =
      Form.duration(Duration.ofMillis(100), Duration.ofHours(1));

  /** Somebody waits at the panel. */
  private static final Duration WITH_QUEUE = Duration.ofSeconds(20);

  public static final Setting<NextHopUrl> NEXT_HOP =
      Setting.required(
          "NEXT_HOP",
          Form.of(
              "`smtp://host:port`, `smtp+starttls://host:port`, `smtps://host:port` or `ses://region`",
              OnwardSettings::nextHop),
          "Where mail is handed to: `smtp` takes STARTTLS when it is offered, `smtp+starttls` needs"
              + " it, `smtps` is TLS from the first byte, `ses` is Amazon SES by its API.");
  static final Setting<Optional<String>> NEXT_HOP_USERNAME =
      Setting.optional(
          "NEXT_HOP_USERNAME", Form.of("a name", text -> text), "The name to authenticate with.");
  static final Setting<Optional<String>> NEXT_HOP_PASSWORD =
      Setting.optional(
          "NEXT_HOP_PASSWORD", Form.secret("a password"), "The password to authenticate with.");
  static final Setting<Boolean> NEXT_HOP_AUTH =
      Setting.of(
          "NEXT_HOP_AUTH",
          Form.oneOf(List.of("password", "xoauth2"), "xoauth2"::equals),
          "password",
          "How to authenticate: with `NEXT_HOP_PASSWORD`, or as `NEXT_HOP_USERNAME` with an access"
              + " token (OAuth 2.0), for which TLS is required.");
  static final Setting<Optional<Path>> NEXT_HOP_CLIENT_CERTIFICATE =
      Setting.optional(
          "NEXT_HOP_CLIENT_CERTIFICATE",
          Form.readableFile(),
          "The relay's own certificate (PEM), for a next hop that knows it by that. Reread when it"
              + " changes.");
  static final Setting<Optional<Path>> NEXT_HOP_CLIENT_KEY =
      Setting.optional(
          "NEXT_HOP_CLIENT_KEY",
          Form.readableFile(),
          "The key of that certificate, without a passphrase; may be in the same file.");
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

  static final Setting<Integer> NEXT_HOP_CONNECTIONS =
      Setting.of(
          "NEXT_HOP_CONNECTIONS",
          Form.limit(),
          "0",
          "How many connections to it this relay has at once, kept ones included (Microsoft 365"
              + " allows a mailbox 3); with `ses://`, requests. What is over waits up to"
              + " `NEXT_HOP_COMMAND_TIMEOUT`; the account that has least goes first. 0 is any number,"
              + " but no more than 100 requests to Amazon SES.");
  static final Setting<Integer> NEXT_HOP_PER_MINUTE =
      Setting.of(
          "NEXT_HOP_PER_MINUTE",
          Form.limit(),
          "0",
          "How many messages this relay hands to it in any 60 seconds (Microsoft 365 allows a mailbox"
              + " 30); likewise.");

  static final Setting<Integer> NEXT_HOP_SHARED_BY =
      Setting.of(
          "NEXT_HOP_SHARED_BY",
          Form.number(1, 1000),
          "1",
          "How many relays share these two: each has its part of both, and one at least.");

  public static final List<Setting<?>> ALL =
      Stream.of(
              List.<Setting<?>>of(NEXT_HOP, NEXT_HOP_AUTH, NEXT_HOP_USERNAME, NEXT_HOP_PASSWORD),
              OAuthSettings.ALL,
              List.of(
                  NEXT_HOP_CA,
                  NEXT_HOP_CLIENT_CERTIFICATE,
                  NEXT_HOP_CLIENT_KEY,
                  NEXT_HOP_CONNECT_TIMEOUT,
                  NEXT_HOP_COMMAND_TIMEOUT,
                  NEXT_HOP_TEXT_TIMEOUT,
                  NEXT_HOP_END_TIMEOUT,
                  NEXT_HOP_IDLE,
                  NEXT_HOP_KEPT,
                  NEXT_HOP_CONNECTIONS,
                  NEXT_HOP_PER_MINUTE,
                  NEXT_HOP_SHARED_BY))
          .<Setting<?>>flatMap(List::stream)
          .toList();

  public static void check(Values values, Consumer<String> fault) {
    Login.check(values, fault);
    if (values.isSet(NEXT_HOP_CLIENT_CERTIFICATE) != values.isSet(NEXT_HOP_CLIENT_KEY)) {
      fault.accept(
          "NEXT_HOP_CLIENT_CERTIFICATE and NEXT_HOP_CLIENT_KEY go together. Set both or neither.");
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
    return new OnwardSettings(
        nextHop, hostname, login, authorities, certificate, listening, idle, kept, pace);
  }

  public static OnwardSettings from(Values values, String hostname) {
    Timeouts timeouts = timeouts(values);
    Path authorities = values.get(NEXT_HOP_CA).orElse(null);
    return new OnwardSettings(
        values.get(NEXT_HOP),
        hostname,
        Login.from(values, authorities, timeouts),
        authorities,
        values
            .get(NEXT_HOP_CLIENT_CERTIFICATE)
            .map(chain -> new PemFiles(chain, values.get(NEXT_HOP_CLIENT_KEY).orElseThrow()))
            .orElse(null),
        timeouts,
        values.get(NEXT_HOP_IDLE),
        values.get(NEXT_HOP_KEPT),
        new Pace(values.get(NEXT_HOP_CONNECTIONS), values.get(NEXT_HOP_PER_MINUTE))
            .dividedBy(values.get(NEXT_HOP_SHARED_BY)));
  }

  private static Timeouts timeouts(Values values) {
    return new Timeouts(
        values.get(NEXT_HOP_CONNECT_TIMEOUT),
        values.get(NEXT_HOP_COMMAND_TIMEOUT),
        values.get(NEXT_HOP_TEXT_TIMEOUT),
        values.get(NEXT_HOP_END_TIMEOUT));
  }

  /** Says nothing of what is wrong: the form's words say all that can be. */
  private static NextHopUrl nextHop(String text) {
    try {
      return NextHopUrl.parse(text);
    } catch (IllegalArgumentException _) {
      throw new IllegalArgumentException();
    }
  }
}
