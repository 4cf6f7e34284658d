package dev.ipauth.functions.messages;

import dev.ipauth.tables.MessageId;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An event line that concerns an SMTP user's mail. */
sealed interface Line {

  Origin origin();

  /** The transaction's; null for a refusal outside of one. */
  default @Nullable String id() {
    return null;
  }

  /** When its transaction began; of a refusal outside of one, when that was. */
  default Instant begun() {
    String id = id();
    return id == null ? origin().at() : MessageId.timeOf(id);
  }

  /** When what it tells of was taken, or refused: the day that it is counted on is this one's. */
  default Instant answered() {
    return switch (this) {
      case Later later -> Objects.requireNonNullElseGet(later.acceptedAt(), this::begun);
      case Ended _, MailRefused _, ConnectionRefused _, AuthRefused _, RecipientRefused _ ->
          origin().at();
    };
  }

  /**
   * Which line it is, and whose.
   *
   * @param line what no other line is called
   * @param at when it happened
   * @param username as it was then; the SMTP user may be gone by now
   */
  record Origin(String line, Instant at, String accountId, String username) {}

  /**
   * A transaction that was answered: taken, or refused as a whole.
   *
   * @param id the transaction's
   */
  record Ended(Origin origin, String id, Taken taken) implements Line {}

  /** A {@code MAIL} that was refused, or several of a kind. */
  record MailRefused(Origin origin, Taken taken) implements Line {}

  /** Anything else that was refused outside of a transaction, such as too many bad commands. */
  record ConnectionRefused(Origin origin, Taken taken) implements Line {}

  /**
   * An AUTH that was refused.
   *
   * @param passwordWasRight so that it is known to have been the SMTP user
   */
  record AuthRefused(Origin origin, boolean passwordWasRight, Taken taken) implements Line {}

  /** A recipient that was refused while others may have been accepted. */
  record RecipientRefused(Origin origin, String id, List<String> recipients, @Nullable String reply)
      implements Line {}

  /**
   * What was done later about a message that was queued.
   *
   * @param outcome null for an attempt that leaves recipients
   * @param attempt which one, null when none was made
   * @param next when the next attempt is due
   * @param acceptedAt when the message was taken; null where the line doesn't say
   */
  record Later(
      Origin origin,
      String id,
      @Nullable Instant acceptedAt,
      @Nullable Outcome outcome,
      List<String> recipients,
      @Nullable String reply,
      @Nullable Long attempt,
      @Nullable Instant next)
      implements Line {}
}
