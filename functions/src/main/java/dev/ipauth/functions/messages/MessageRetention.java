package dev.ipauth.functions.messages;

import dev.ipauth.tables.MessageId;
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

  /** When what is kept of a message is over. */
  Instant expiry(String id) {
    return MessageId.timeOf(id).plus(time);
  }

  /** What is older is over, deleted yet or not. */
  Instant earliest(Instant now) {
    return now.minus(time);
  }
}
