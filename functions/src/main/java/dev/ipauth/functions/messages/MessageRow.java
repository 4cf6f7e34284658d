package dev.ipauth.functions.messages;

import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code Messages}: all that is known of one message, or of one refusal. It is the same in
 * whatever order its lines came, and however often.
 *
 * @param taken how it was taken; null while only later lines have come
 * @param settled what became of its recipients since, by the line that told it
 * @param version raised by every line that added something
 */
record MessageRow(
    String accountId,
    String username,
    String id,
    @Nullable Taken taken,
    Map<String, Settled> settled,
    long version) {

  MessageRow {
    settled = Map.copyOf(settled);
  }

  /**
   * What a later line told.
   *
   * @param recipients how many it concerns
   */
  record Settled(Outcome outcome, int recipients, Instant at, @Nullable String reply) {}

  /** One of which nothing is known yet. */
  static MessageRow unknown(String accountId, String username, String id) {
    return new MessageRow(accountId, username, id, null, Map.of(), 0);
  }

  /** The same after another line; itself when that adds nothing. */
  MessageRow with(Taken another) {
    Taken believed = another.or(taken);
    return believed.equals(taken)
        ? this
        : new MessageRow(accountId, username, id, believed, settled, version + 1);
  }

  /** Likewise, for a line of what was done later. */
  MessageRow with(Line.Later later) {
    String line = later.origin().line();
    if (later.outcome() == null || settled.containsKey(line)) {
      return this;
    }
    Map<String, Settled> more = new TreeMap<>(settled);
    more.put(
        line,
        new Settled(
            later.outcome(), later.recipients().size(), later.origin().at(), later.reply()));
    return new MessageRow(accountId, username, id, taken, more, version + 1);
  }

  /** The latest known; null while nobody knows how it was taken. */
  @Nullable Outcome outcome() {
    if (taken == null || taken.outcome() != Outcome.QUEUED) {
      return taken == null ? null : taken.outcome();
    }
    int told = settled.values().stream().mapToInt(Settled::recipients).sum();
    if (told < taken.recipientCount()) {
      return Outcome.QUEUED;
    }
    return settled.values().stream()
        .map(Settled::outcome)
        .max(Comparator.naturalOrder())
        .orElse(Outcome.QUEUED);
  }

  /** What was said last of those that the outcome is about. */
  @Nullable String reply() {
    Outcome outcome = outcome();
    return settled.entrySet().stream()
        .filter(one -> one.getValue().outcome() == outcome)
        .max(
            Comparator.comparing((Map.Entry<String, Settled> one) -> one.getValue().at())
                .thenComparing(Map.Entry::getKey))
        .map(one -> one.getValue().reply())
        .orElse(taken == null ? null : taken.reply());
  }
}
