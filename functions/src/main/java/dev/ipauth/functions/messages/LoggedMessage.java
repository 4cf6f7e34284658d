package dev.ipauth.functions.messages;

import static java.util.Objects.requireNonNull;

import dev.ipauth.tables.MessageId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message, or a refusal, as an account is told of it.
 *
 * @param at when it began
 * @param authenticatedBy {@code ip} or {@code password}; null where not known
 * @param recipients the first hundred
 * @param bytes null where no text came
 * @param outcome the latest known
 * @param times how many refusals it stands for
 */
public record LoggedMessage(
    String id,
    Instant at,
    String username,
    String ip,
    @Nullable String authenticatedBy,
    @Nullable String helo,
    @Nullable String tls,
    @Nullable String mailFrom,
    List<String> recipients,
    int recipientCount,
    @Nullable Long bytes,
    Outcome outcome,
    @Nullable String reply,
    @Nullable String reason,
    @Nullable Long millis,
    long times) {

  /** Of a row of which it is known how it was taken. */
  static LoggedMessage of(MessageRow row) {
    Taken taken = requireNonNull(row.taken());
    return new LoggedMessage(
        row.id(),
        MessageId.timeOf(row.id()),
        row.username(),
        taken.ip(),
        taken.authenticatedBy(),
        taken.helo(),
        taken.tls(),
        taken.mailFrom(),
        taken.recipients(),
        taken.recipientCount(),
        taken.bytes(),
        requireNonNull(row.outcome()),
        row.reply(),
        taken.reason(),
        taken.millis(),
        taken.times());
  }
}
