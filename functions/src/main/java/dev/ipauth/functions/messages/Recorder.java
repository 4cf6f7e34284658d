package dev.ipauth.functions.messages;

import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Takes the relay's event lines, and makes of them what the API tells of messages.
 *
 * <p>Whatever happens in between, a batch that is given again adds nothing that is there already.
 * So whoever has lines gives them until they are taken.
 */
@Singleton
public final class Recorder {
  private static final long QUICK_NANOS = Duration.ofSeconds(1).toNanos();

  private final LineReader reader = new LineReader();
  private final MessageWrites messages;
  private final LastSeen lastSeen;
  private final CountedLines counted;
  private final MessageRetention retention;
  private final InstantSource clock;

  Recorder(
      MessageWrites messages,
      LastSeen lastSeen,
      CountedLines counted,
      MessageRetention retention,
      InstantSource clock) {
    this.messages = messages;
    this.lastSeen = lastSeen;
    this.counted = counted;
    this.retention = retention;
    this.clock = clock;
  }

  /**
   * Takes lines, in any order; what isn't one for it is passed over.
   *
   * @return how many concerned an SMTP user's mail
   * @throws RuntimeException when the tables couldn't be written; then the batch is to be given
   *     again
   */
  public int record(Collection<String> texts) {
    Map<String, Line> lines = new LinkedHashMap<>();
    for (String text : texts) {
      Line line = reader.read(text);
      if (line != null) {
        lines.put(line.origin().line(), line);
      }
    }
    Instant now = clock.instant();
    // Counting takes a few writes to other tables: it waits for no account's messages.
    try {
      counted.count(List.copyOf(lines.values()), now);
    } finally {
      if (retention.keepsMessages()) {
        keep(lines.values(), now);
      }
    }
    return lines.size();
  }

  private void keep(Collection<Line> lines, Instant now) {
    Instant earliest = retention.earliest(now);
    Map<String, List<Line>> byMessage = new LinkedHashMap<>();
    for (Line line : lines) {
      if (line.begun().isAfter(earliest)) {
        byMessage.computeIfAbsent(key(line), _ -> new ArrayList<>()).add(line);
      }
    }
    Collection<List<Line>> putOff = keepQuickly(byMessage.values());
    Queue<MessageRow> rows = new ConcurrentLinkedQueue<>();
    Retrying.forEach(putOff, some -> rows.addAll(add(some)));
    lastSeen.remember(rows);
  }

  /**
   * Keeps those of accounts whose rows can be written at once. DynamoDB writes so many units a
   * second to an SMTP user's rows and no more; whoever sends more than that is late, and nobody
   * else.
   *
   * @return those that are left, of accounts that something failed for, or took long
   */
  private Collection<List<Line>> keepQuickly(Collection<List<Line>> messages) {
    Set<String> late = ConcurrentHashMap.newKeySet();
    Queue<List<Line>> putOff = new ConcurrentLinkedQueue<>();
    Queue<MessageRow> rows = new ConcurrentLinkedQueue<>();
    Retrying.forEach(
        messages,
        some -> {
          String accountId = some.getFirst().origin().accountId();
          if (late.contains(accountId)) {
            putOff.add(some);
            return;
          }
          long begin = System.nanoTime();
          boolean isQuick = false;
          try {
            rows.addAll(add(some));
            isQuick = System.nanoTime() - begin < QUICK_NANOS;
          } finally {
            if (!isQuick) {
              late.add(accountId);
            }
          }
        });
    lastSeen.remember(rows);
    return putOff;
  }

  /** Lines of one message one after another: they would only be in each other's way. */
  private List<MessageRow> add(List<Line> ofMessage) {
    return ofMessage.stream().flatMap(line -> messages.add(line).stream()).toList();
  }

  /** AUTHs of an SMTP user have a row in common, too. */
  private static String key(Line line) {
    String id = line.id();
    if (id != null) {
      return id;
    }
    return line instanceof Line.AuthRefused auth
        ? auth.origin().username() + " " + auth.origin().accountId()
        : line.origin().line();
  }
}
