package dev.ipauth.relay.wire;

import dev.ipauth.settings.Form;
import dev.ipauth.settings.Setting;
import dev.ipauth.settings.Values;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * How the relay speaks with a device.
 *
 * @param hostname in the greeting and in {@code Received}
 * @param certificate where it and its key come from
 * @param authWithoutTls whether a password may be sent in the clear
 * @param maxMessageBytes octets of a message's text
 * @param maxHeaderBytes of these, how many may be header
 * @param headersHeldBytes octets of the envelopes and headers of all messages under way
 * @param maxErrors after that many faults the connection ends
 * @param idle how long nothing may be said
 * @param session how long a connection may last
 * @param auth how long one AUTH may take
 * @param firstMail how long until the first MAIL that is granted
 */
public record ConversationSettings(
    String hostname,
    Certificate certificate,
    boolean authWithoutTls,
    long maxMessageBytes,
    int maxHeaderBytes,
    long headersHeldBytes,
    int maxRecipients,
    int maxErrors,
    Duration idle,
    Duration session,
    Duration auth,
    Duration firstMail) {

  /** Where the relay's certificate comes from. */
  public sealed interface Certificate {
    /** PEM files. */
    record Files(Path chain, Path privateKey) implements Certificate {}

    /** A secret in AWS Secrets Manager, by its name or ARN. */
    record Secret(String id) implements Certificate {}

    /** One that nobody has signed. */
    record MadeAtTheStart() implements Certificate {}
  }

  // RFC 5321 section 4.1.2, and an underscore as in relay_1, which containers are called.
  private static final String LABEL = "[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?";
  private static final Pattern HOSTNAME =
      Pattern.compile("(?=.{1,253}$)" + LABEL + "(?:\\." + LABEL + ")*");
  private static final Form<Duration> WAIT =
      Form.duration(Duration.ofSeconds(1), Duration.ofDays(1));

  public static final Setting<String> RELAY_HOSTNAME =
      Setting.of(
          "RELAY_HOSTNAME",
          Form.matching("a host name such as relay.example.com", HOSTNAME),
          "localhost",
          "The name in the greeting and in `Received:`.");
  static final Setting<Optional<Path>> TLS_CERTIFICATE =
      Setting.optional(
          "TLS_CERTIFICATE",
          Form.readableFile(),
          "The certificate and its chain (PEM), reread when it changes; when unset, a self-signed"
              + " one is made at the start.");
  static final Setting<Optional<Path>> TLS_PRIVATE_KEY =
      Setting.optional(
          "TLS_PRIVATE_KEY", Form.readableFile(), "The certificate's key (PEM), reread with it.");
  static final Setting<Optional<String>> TLS_SECRET =
      Setting.optional(
          "TLS_SECRET",
          Form.matching(
              "the name or ARN of a secret", Pattern.compile("[A-Za-z0-9/_+=.@:-]{1,2048}")),
          "Instead of the files: a secret in AWS Secrets Manager, an object of JSON with"
              + " `certificate` (the chain) and `privateKey`, both PEM. Reread every five"
              + " minutes.");
  static final Setting<Boolean> AUTH_WITHOUT_TLS =
      Setting.of(
          "AUTH_WITHOUT_TLS",
          Form.yesOrNo(),
          "false",
          "Whether a password may be sent in the clear.");
  static final Setting<Long> MAX_MESSAGE_BYTES =
      Setting.of(
          "MAX_MESSAGE_BYTES",
          Form.number(1024L, 1L << 40),
          "36700160",
          "The largest message; 35 MiB, what 25 MB of scans are in base64.");
  static final Setting<Integer> MAX_HEADER_BYTES =
      Setting.of(
          "MAX_HEADER_BYTES",
          Form.number(1024, 16 << 20),
          "65536",
          "The largest header of a message; it is held in memory.");
  static final Setting<Long> HEADERS_HELD_BYTES =
      Setting.of(
          "HEADERS_HELD_BYTES",
          Form.number(1L << 16, 1L << 40),
          "16777216",
          "What the envelopes and headers of all messages under way may hold in memory together."
              + " No account gets more of it than is left for the others: 452 4.3.1.");
  static final Setting<Integer> MAX_RECIPIENTS =
      Setting.of(
          "MAX_RECIPIENTS",
          Form.number(1, 100_000),
          "100",
          "Recipients of one message (RFC 5321 asks for 100 at least).");
  static final Setting<Integer> MAX_ERRORS =
      Setting.of(
          "MAX_ERRORS",
          Form.number(1, 1_000_000),
          "20",
          "After that many faults of the device the connection ends with 421.");
  static final Setting<Duration> IDLE_TIMEOUT =
      Setting.of("IDLE_TIMEOUT", WAIT, "PT300S", "How long a device may say nothing.");
  static final Setting<Duration> SESSION_TIMEOUT =
      Setting.of("SESSION_TIMEOUT", WAIT, "PT1H", "How long a connection may last.");
  static final Setting<Duration> AUTH_TIMEOUT =
      Setting.of("AUTH_TIMEOUT", WAIT, "PT60S", "How long one AUTH may take.");
  static final Setting<Duration> FIRST_MAIL_TIMEOUT =
      Setting.of(
          "FIRST_MAIL_TIMEOUT",
          WAIT,
          "PT60S",
          "How long a connection may last until its first MAIL that is granted; less when more than"
              + " half of MAX_CONNECTIONS are taken.");

  public static final List<Setting<?>> ALL =
      List.of(
          RELAY_HOSTNAME,
          TLS_CERTIFICATE,
          TLS_PRIVATE_KEY,
          TLS_SECRET,
          AUTH_WITHOUT_TLS,
          MAX_MESSAGE_BYTES,
          MAX_HEADER_BYTES,
          HEADERS_HELD_BYTES,
          MAX_RECIPIENTS,
          MAX_ERRORS,
          IDLE_TIMEOUT,
          SESSION_TIMEOUT,
          AUTH_TIMEOUT,
          FIRST_MAIL_TIMEOUT);

  public static void check(Values values, Consumer<String> fault) {
    if (values.isSet(TLS_CERTIFICATE) != values.isSet(TLS_PRIVATE_KEY)) {
      fault.accept("TLS_CERTIFICATE and TLS_PRIVATE_KEY go together. Set both or neither.");
    }
    values
        .find(HEADERS_HELD_BYTES)
        .filter(held -> values.find(MAX_HEADER_BYTES).filter(most -> held < 2L * most).isPresent())
        .ifPresent(
            _ -> fault.accept("HEADERS_HELD_BYTES must be twice MAX_HEADER_BYTES at least."));
    if (values.isSet(TLS_SECRET) && values.isSet(TLS_CERTIFICATE)) {
      fault.accept("TLS_SECRET and TLS_CERTIFICATE say the same. Set one of them.");
    }
  }

  public static ConversationSettings from(Values values) {
    return new ConversationSettings(
        values.get(RELAY_HOSTNAME),
        certificate(values),
        values.get(AUTH_WITHOUT_TLS),
        values.get(MAX_MESSAGE_BYTES),
        values.get(MAX_HEADER_BYTES),
        values.get(HEADERS_HELD_BYTES),
        values.get(MAX_RECIPIENTS),
        values.get(MAX_ERRORS),
        values.get(IDLE_TIMEOUT),
        values.get(SESSION_TIMEOUT),
        values.get(AUTH_TIMEOUT),
        values.get(FIRST_MAIL_TIMEOUT));
  }

  private static Certificate certificate(Values values) {
    Optional<Certificate> files =
        values
            .get(TLS_CERTIFICATE)
            .map(chain -> new Certificate.Files(chain, values.get(TLS_PRIVATE_KEY).orElseThrow()));
    Optional<Certificate> secret = values.get(TLS_SECRET).map(Certificate.Secret::new);
    return files.or(() -> secret).orElseGet(Certificate.MadeAtTheStart::new);
  }
}
