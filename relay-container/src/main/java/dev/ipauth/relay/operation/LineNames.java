package dev.ipauth.relay.operation;

import java.security.SecureRandom;
import java.time.Instant;

/**
 * A name for each line that no other line of any relay has: a number, behind what this process
 * alone has drawn. Not thread-safe.
 */
final class LineNames {
  private static final int LETTERS = 36;

  private final String process =
      Long.toUnsignedString(new SecureRandom().nextLong(), LETTERS) + "-";
  private long lines;

  /**
   * When what a line tells happened, and what the line is called.
   *
   * @param at is written to the millisecond
   */
  record Stamp(Instant at, String line) {}

  Stamp at(Instant at) {
    return new Stamp(at, process + Long.toString(lines++, LETTERS));
  }
}
