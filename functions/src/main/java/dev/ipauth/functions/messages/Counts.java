package dev.ipauth.functions.messages;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Objects;

/** What a line, a day or an account adds up to. */
public record Counts(long messages, long recipients, long bytes, long refused, long bounced) {
  static final Counts NONE = new Counts(0, 0, 0, 0, 0);

  /**
   * Where a line is counted.
   *
   * @param day in UTC, when the message was taken, whenever the line tells of it
   */
  record Place(String accountId, String username, LocalDate day) {}

  Counts plus(Counts other) {
    return new Counts(
        messages + other.messages,
        recipients + other.recipients,
        bytes + other.bytes,
        refused + other.refused,
        bounced + other.bounced);
  }

  /** What a line counts for, by itself: whether another has come doesn't matter. */
  static Counts of(Line line) {
    return switch (line) {
      case Line.Ended(_, _, Taken taken) -> of(taken);
      case Line.MailRefused(_, Taken taken) -> of(taken);
      case Line.Later later ->
          later.outcome() == Outcome.BOUNCED
              ? new Counts(0, 0, 0, 0, later.recipients().size())
              : NONE;
      case Line.AuthRefused _, Line.ConnectionRefused _, Line.RecipientRefused _ -> NONE;
    };
  }

  private static Counts of(Taken taken) {
    return taken.outcome() == Outcome.REFUSED
        ? new Counts(0, 0, 0, taken.times(), 0)
        : new Counts(
            1, taken.recipientCount(), Objects.requireNonNullElse(taken.bytes(), 0L), 0, 0);
  }

  static Place place(Line line) {
    Line.Origin origin = line.origin();
    return new Place(
        origin.accountId(),
        origin.username(),
        LocalDate.ofInstant(line.answered(), ZoneOffset.UTC));
  }
}
