package dev.ipauth.functions.messages;

import java.time.Duration;
import java.time.Instant;

/**
 * {@code MESSAGE_RETENTION}: how long messages are told of.
 *
 * @param time zero keeps none
 */
public record MessageRetention(Duration time) {

  /** Whether anything is kept but counts. */
  public boolean keepsMessages() {
    return !time.isZero();
  }

  /** What is older is over, deleted yet or not. */
  Instant earliest(Instant now) {
    return now.minus(time);
  }
}
