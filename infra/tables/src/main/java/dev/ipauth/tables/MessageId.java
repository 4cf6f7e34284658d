package dev.ipauth.tables;

import java.time.Instant;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A transaction's id, as in {@code Received:}, in the event lines and in the message log: when it
 * began, then what no other has. So ids sort by time, and a line that tells of a transaction tells
 * when that began, in whatever order lines arrive.
 */
public final class MessageId {
  private static final int RADIX = 36;
  private static final int TIME_DIGITS = 8;
  private static final int RANDOM_DIGITS = 10;
  private static final long RANDOMS = 3_656_158_440_062_976L;
  private static final Pattern FORM = Pattern.compile("[0-9a-z]{8}[0-9a-z-]{1,40}");

  /** In the year 2059. */
  private static final Instant LAST = Instant.ofEpochMilli(2_821_109_907_455L);

  private MessageId() {}

  /**
   * One for a transaction that begins now.
   *
   * @param millis since 1970
   * @param random 0 or more
   */
  public static String begunAt(long millis, long random) {
    return digits(millis, TIME_DIGITS) + digits(random % RANDOMS, RANDOM_DIGITS);
  }

  /** What all ids of that time or later are not less than; times that no id has are the nearest. */
  public static String earliestAt(Instant time) {
    Instant nearest =
        time.isBefore(Instant.EPOCH) ? Instant.EPOCH : time.isAfter(LAST) ? LAST : time;
    return digits(nearest.toEpochMilli(), TIME_DIGITS);
  }

  /** Of a refusal outside of a transaction: when it was, and the name of the line that told it. */
  public static String of(Instant refusedAt, String line) {
    return earliestAt(refusedAt) + line;
  }

  /** When the transaction began; null when this is no id. */
  public static @Nullable Instant time(String id) {
    return FORM.matcher(id).matches()
        ? Instant.ofEpochMilli(Long.parseLong(id.substring(0, TIME_DIGITS), RADIX))
        : null;
  }

  /** Likewise, of what is known to be an id. */
  public static Instant timeOf(String id) {
    return Objects.requireNonNull(time(id), id);
  }

  private static String digits(long number, int width) {
    String digits = Long.toString(number, RADIX);
    return "0".repeat(Math.max(0, width - digits.length())) + digits;
  }
}
