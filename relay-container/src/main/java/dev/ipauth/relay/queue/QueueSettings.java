package dev.ipauth.relay.queue;

import dev.ipauth.settings.Form;
import dev.ipauth.settings.Setting;
import dev.ipauth.settings.Values;
import io.netty.util.internal.PlatformDependent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How what the next hop can't take is kept and delivered.
 *
 * @param texts where the texts are
 * @param table {@code Queue}'s name or ARN
 * @param maxBytes what may be kept in all; null for 80 % of what a folder's disk has free, and 100
 *     GiB in a bucket
 * @param schedule the waits between attempts
 * @param lifetime after which a failed attempt is the last
 * @param delayNotice after which the sender is told that it takes long
 * @param connections to the next hop at once, beside those for devices
 * @param lease one relay's right to a message; longer than any attempt
 * @param bounceFrom the sender of reports, in their {@code From}
 * @param operatorFaults enhanced codes that speak of the relay and not of the message
 * @param endTimeout how long a device waits for the answer to its final dot
 */
public record QueueSettings(
    Place texts,
    String table,
    @Nullable Long maxBytes,
    List<Duration> schedule,
    Duration lifetime,
    Duration delayNotice,
    int connections,
    Duration lease,
    String bounceFrom,
    Set<String> operatorFaults,
    Duration endTimeout) {

  public QueueSettings {
    schedule = List.copyOf(schedule);
    operatorFaults = Set.copyOf(operatorFaults);
  }

  /** Where texts are kept. */
  public sealed interface Place {
    record Folder(Path path) implements Place {}

    /**
     * @param prefix empty, or with a slash at its end
     */
    record Bucket(String name, String prefix) implements Place {}

    /**
     * Reads {@code QUEUE_TEXTS}.
     *
     * @throws IllegalArgumentException when it is neither a folder nor a bucket
     */
    static Place parse(String text) {
      if (text.startsWith("s3://")) {
        String rest = text.substring("s3://".length());
        int slash = rest.indexOf('/');
        String bucket = slash < 0 ? rest : rest.substring(0, slash);
        String prefix = slash < 0 ? "" : rest.substring(slash + 1);
        if (bucket.isEmpty()) {
          throw new IllegalArgumentException("The bucket's name is missing.");
        }
        boolean open = !prefix.isEmpty() && !prefix.endsWith("/");
        return new Bucket(bucket, open ? prefix + "/" : prefix);
      }
      if (!text.startsWith("/")) {
        throw new IllegalArgumentException();
      }
      return new Folder(Path.of(text));
    }
  }

  private static final String SCHEDULE = "PT1M,PT2M,PT5M,PT10M,PT15M,PT30M,PT1H,PT2H";
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofDays(30);

  static final Setting<Optional<Place>> QUEUE_TEXTS =
      Setting.optional(
          "QUEUE_TEXTS",
          Form.of("an absolute path of a folder, or `s3://bucket/prefix`", Place::parse),
          "Where the texts of messages are kept that the next hop can't take now: a folder on a"
              + " local disk, or a bucket. Without it there is no queue, and devices hear 451.");
  static final Setting<String> QUEUE_TABLE =
      Setting.of("QUEUE_TABLE", Form.table(), "Queue", "The table of what is kept.");
  static final Setting<Optional<Long>> QUEUE_MAX_BYTES =
      Setting.optional(
          "QUEUE_MAX_BYTES",
          Form.number(1L << 20, 1L << 50),
          "What may be kept in all; one SMTP user fills at most a quarter of it, one account a half."
              + " For each 16 KiB of it there may be one message, and 1,000 in any case, with the"
              + " same shares. Unset, 80 % of what is free on a folder's disk at the start or kept there by then,"
              + " and 100 GiB in a bucket.");
  static final Setting<Long> QUEUE_HELD_BYTES =
      Setting.of(
          "QUEUE_HELD_BYTES",
          Form.number(0L, 1L << 40),
          "16777216",
          "What all messages hold in memory together while they pass, so that they can still be"
              + " kept; what is beyond goes to files.");
  static final Setting<Path> QUEUE_HELD_DIR =
      Setting.of(
          "QUEUE_HELD_DIR",
          Form.of("the path of a folder", Path::of),
          "/tmp",
          "The folder of those files, which have no names; they take an eighth at most of what is free"
              + " there at the start. On one machine with a `DATA_DIR`, `held` in that.");
  static final Setting<List<Duration>> QUEUE_SCHEDULE =
      Setting.of(
          "QUEUE_SCHEDULE",
          Form.of("ISO 8601 durations from PT1S, with commas between", QueueSettings::schedule),
          SCHEDULE,
          "How long to wait after each attempt, within ten percent; the last one repeats.");
  static final Setting<Duration> QUEUE_LIFETIME =
      Setting.of(
          "QUEUE_LIFETIME",
          Form.duration(SHORTEST, LONGEST),
          "PT48H",
          "An attempt begun later than this after the message was taken is its last. A bucket keeps"
              + " texts for 30 days: there, this and three of the longest waits must end before.");
  static final Setting<Duration> QUEUE_DELAY_NOTICE =
      Setting.of(
          "QUEUE_DELAY_NOTICE",
          Form.duration(SHORTEST, LONGEST),
          "PT4H",
          "After this, the sender is told once that it takes long.");
  static final Setting<Integer> QUEUE_CONNECTIONS =
      Setting.of(
          "QUEUE_CONNECTIONS",
          Form.number(1, 1000),
          "4",
          "Connections to the next hop at once for what is kept, beside those for devices.");
  static final Setting<Duration> QUEUE_LEASE =
      Setting.of(
          "QUEUE_LEASE",
          Form.duration(Duration.ofSeconds(10), Duration.ofHours(12)),
          "PT15M",
          "How long a message is one relay's to deliver before another may take it over.");
  static final Setting<Optional<String>> BOUNCE_FROM =
      Setting.optional(
          "BOUNCE_FROM",
          Form.matching("an address", Pattern.compile("[!-~&&[^<>]]+@[!-~&&[^<>@]]+")),
          "Whom reports come from; unset, `postmaster` at `RELAY_HOSTNAME`.");
  static final Setting<List<String>> NEXT_HOP_OPERATOR_FAULTS =
      Setting.of(
          "NEXT_HOP_OPERATOR_FAULTS",
          Form.matching(
                  "an enhanced status code such as 5.7.64",
                  Pattern.compile("[45]\\.\\d{1,3}\\.\\d{1,3}"))
              .list(),
          "none",
          "Codes by which the next hop refuses the relay and not the message: what is refused so is"
              + " kept.");

  public static final List<Setting<?>> ALL =
      List.of(
          QUEUE_TEXTS,
          QUEUE_TABLE,
          QUEUE_MAX_BYTES,
          QUEUE_HELD_BYTES,
          QUEUE_HELD_DIR,
          QUEUE_SCHEDULE,
          QUEUE_LIFETIME,
          QUEUE_DELAY_NOTICE,
          QUEUE_CONNECTIONS,
          QUEUE_LEASE,
          BOUNCE_FROM,
          NEXT_HOP_OPERATOR_FAULTS);

  /** Of a bucket's texts, by the template: what is tried for longer would lose its text. */
  private static final Duration LIFE_IN_BUCKET = Duration.ofDays(30);

  /** Refuses what contradicts itself. */
  public static void check(Values values, Consumer<String> fault) {
    boolean isInBucket =
        values
            .find(QUEUE_TEXTS)
            .flatMap(place -> place)
            .filter(Place.Bucket.class::isInstance)
            .isPresent();
    Optional<Duration> most =
        values.find(QUEUE_SCHEDULE).map(waits -> LIFE_IN_BUCKET.minus(lastAttempts(waits)));
    if (isInBucket
        && values.find(QUEUE_LIFETIME).filter(life -> isLonger(life, most)).isPresent()) {
      fault.accept(
          "QUEUE_LIFETIME and the last attempts of QUEUE_SCHEDULE take longer together than the 30"
              + " days that a bucket keeps the texts. Shorten them, or keep the texts in a folder.");
    }
    long memory = PlatformDependent.maxDirectMemory();
    if (values.find(QUEUE_HELD_BYTES).filter(held -> held > memory).isPresent()) {
      fault.accept(
          "QUEUE_HELD_BYTES is more than the "
              + memory
              + " octets that this process may use for it. Lower it, or raise java's"
              + " -XX:MaxDirectMemorySize.");
    }
  }

  /** A message is given up after three attempts since the start at the earliest. */
  private static Duration lastAttempts(List<Duration> waits) {
    Duration longest = Collections.max(waits);
    return longest.plus(longest.dividedBy(10)).multipliedBy(MailQueue.ATTEMPTS_BEFORE_GIVING_UP);
  }

  private static boolean isLonger(Duration life, Optional<Duration> most) {
    return most.filter(longest -> life.compareTo(longest) > 0).isPresent();
  }

  private static List<Duration> schedule(String text) {
    var wait = Form.duration(SHORTEST, LONGEST).reader();
    return Arrays.stream(text.split(",", -1)).map(String::strip).map(wait).toList();
  }

  /** Nothing without a place for the texts. */
  public static Optional<QueueSettings> from(Values values, String hostname, Duration endTimeout) {
    return values
        .get(QUEUE_TEXTS)
        .map(
            place ->
                new QueueSettings(
                    place,
                    values.get(QUEUE_TABLE),
                    values.get(QUEUE_MAX_BYTES).orElse(null),
                    values.get(QUEUE_SCHEDULE),
                    values.get(QUEUE_LIFETIME),
                    values.get(QUEUE_DELAY_NOTICE),
                    values.get(QUEUE_CONNECTIONS),
                    values.get(QUEUE_LEASE),
                    bounceFrom(values, hostname),
                    Set.copyOf(values.get(NEXT_HOP_OPERATOR_FAULTS)),
                    endTimeout));
  }

  /** Who sends reports, and what a next hop wants to have a sender. */
  public static String bounceFrom(Values values, String hostname) {
    return values.get(BOUNCE_FROM).orElse("postmaster@" + hostname);
  }

  /** Whether the operator has said who that is. */
  public static boolean isBounceFromSet(Values values) {
    return values.isSet(BOUNCE_FROM);
  }

  /** What is held while it passes, by the queue and by a next hop that wants it whole. */
  public static HeldTexts.Bounds held(Values values) {
    return new HeldTexts.Bounds(values.get(QUEUE_HELD_BYTES), values.get(QUEUE_HELD_DIR));
  }

  /** Whether there is a queue. */
  public static boolean isWanted(Values values) {
    return values.find(QUEUE_TEXTS).flatMap(place -> place).isPresent();
  }
}
