package dev.ipauth.functions.messages;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a message was taken, or refused, while its device waited: what a single line says of it.
 *
 * @param line what the line is called
 * @param at when the device was answered
 * @param isWhole whether the text was read to its end; such a line says more than a refusal before
 * @param authenticatedBy {@code ip} or {@code password}; null where not known
 * @param recipients the first hundred
 * @param recipientCount of all
 * @param bytes of the text; null where there was none
 * @param reason why it was refused; null when it wasn't
 * @param millis from MAIL to the reply; null where not known
 * @param times how many refusals the line stands for
 */
record Taken(
    String line,
    Instant at,
    boolean isWhole,
    String ip,
    @Nullable String authenticatedBy,
    @Nullable String helo,
    @Nullable String tls,
    @Nullable String mailFrom,
    List<String> recipients,
    int recipientCount,
    @Nullable Long bytes,
    Outcome outcome,
    @Nullable String reason,
    @Nullable String reply,
    @Nullable Long millis,
    long times) {
  private static final int MOST_NAMED = 100;

  /** Those recipients that are named. */
  static List<String> named(List<String> recipients) {
    return recipients.subList(0, Math.min(MOST_NAMED, recipients.size()));
  }

  /** Of two lines that tell how a transaction ended, the one that is believed. */
  Taken or(@Nullable Taken other) {
    if (other == null || (isWhole && !other.isWhole)) {
      return this;
    }
    if (other.isWhole && !isWhole) {
      return other;
    }
    return isEarlier(other) ? this : other;
  }

  private boolean isEarlier(Taken other) {
    int order = at.compareTo(other.at);
    return order < 0 || (order == 0 && line.compareTo(other.line) <= 0);
  }
}
