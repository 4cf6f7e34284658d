package dev.ipauth.functions.messages;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * One thing that happened to a message.
 *
 * @param line which line told it
 * @param what {@code delivered}, {@code queued}, {@code refused}, {@code attempt}, {@code bounced}
 *     or {@code dropped}
 * @param recipients that it concerns, the first hundred
 * @param attempt which one, where there was one later
 * @param next when the next attempt is due, where there is one
 */
public record HistoryEntry(
    String line,
    Instant at,
    String what,
    List<String> recipients,
    @Nullable String reply,
    @Nullable Long attempt,
    @Nullable Instant next) {
  private static final String LINE = "line";
  private static final String AT = "at";
  private static final String WHAT = "what";
  private static final String RECIPIENTS = "recipients";
  private static final String REPLY = "reply";
  private static final String ATTEMPT = "attempt";
  private static final String NEXT = "next";

  static HistoryEntry of(Taken taken) {
    return new HistoryEntry(
        taken.line(),
        taken.at(),
        taken.outcome().word(),
        taken.recipients(),
        taken.reply(),
        null,
        null);
  }

  static HistoryEntry of(Line.Later later) {
    Outcome outcome = later.outcome();
    return new HistoryEntry(
        later.origin().line(),
        later.origin().at(),
        outcome == null ? "attempt" : outcome.word(),
        Taken.named(later.recipients()),
        later.reply(),
        later.attempt(),
        later.next());
  }

  static HistoryEntry of(Line.RecipientRefused refused) {
    return new HistoryEntry(
        refused.origin().line(),
        refused.origin().at(),
        Outcome.REFUSED.word(),
        Taken.named(refused.recipients()),
        refused.reply(),
        null,
        null);
  }

  /**
   * The order of what happened to a message. Recipients are refused before it is taken; what is
   * done about it comes after that, though a line of it may have been written before the device was
   * answered.
   */
  static Comparator<HistoryEntry> order(Taken taken) {
    return Comparator.comparing((HistoryEntry entry) -> entry.step(taken))
        .thenComparing(HistoryEntry::at)
        .thenComparing(HistoryEntry::line);
  }

  private int step(Taken taken) {
    if (line.equals(taken.line())) {
      return 1;
    }
    return what.equals(Outcome.REFUSED.word()) ? 0 : 2;
  }

  /** Where an account's entries of a message are. No shard begins so. */
  static String shard(String accountId, String id) {
    return "history " + id + " " + accountId;
  }

  Map<String, AttributeValue> row(String accountId, String id, Instant expiresAt) {
    return new RowWriter()
        .text(MessageColumns.SHARD, shard(accountId, id))
        .text(MessageColumns.ID, at + " " + line)
        .number(MessageColumns.EXPIRES_AT, expiresAt.getEpochSecond())
        .text(LINE, line)
        .time(AT, at)
        .text(WHAT, what)
        .texts(RECIPIENTS, recipients)
        .text(REPLY, reply)
        .number(ATTEMPT, attempt)
        .time(NEXT, next)
        .row();
  }

  static HistoryEntry read(Map<String, AttributeValue> row) {
    var read = new RowReader(row);
    return new HistoryEntry(
        read.required(LINE),
        Instant.parse(read.required(AT)),
        read.required(WHAT),
        read.texts(RECIPIENTS),
        read.text(REPLY),
        read.number(ATTEMPT),
        read.time(NEXT));
  }
}
