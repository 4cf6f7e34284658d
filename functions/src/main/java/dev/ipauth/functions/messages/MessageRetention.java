package dev.ipauth.functions.messages;

import dev.ipauth.settings.Form;
import dev.ipauth.settings.Setting;
import dev.ipauth.settings.Values;
import dev.ipauth.tables.MessageId;
import java.time.Duration;
import java.time.Instant;

/**
 * {@code MESSAGE_RETENTION}: how long messages are told of.
 *
 * @param time zero keeps none
 */
public record MessageRetention(Duration time) {
  public static final Setting<Duration> MESSAGE_RETENTION =
      Setting.of(
          "MESSAGE_RETENTION",
          Form.number(0, 400).map(Duration::ofDays),
          "30",
          "Days that it is kept what became of each message; `0` keeps none, and counts only.");

  public static MessageRetention from(Values values) {
    return new MessageRetention(values.get(MESSAGE_RETENTION));
  }

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
