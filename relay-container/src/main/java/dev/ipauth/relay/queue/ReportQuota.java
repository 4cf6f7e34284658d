package dev.ipauth.relay.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * At most twenty reports an hour for each SMTP user, over all relays and their restarts; what is
 * over waits for one digest at the hour's end. Hours begin with a user's first report.
 *
 * <p>A report counts once, however often a relay tries to keep it, unless its hour is over before
 * it could go out. Where the answer to the count is lost, or another relay goes on with it, it is
 * counted again: then the hour has fewer reports, and the digest the rest.
 */
final class ReportQuota {
  static final int REPORTS = 20;
  static final Duration HOUR = Duration.ofHours(1);

  /** Many more than wait to be tried again at a time. */
  private static final int REMEMBERED = 10 * DeferredWork.MOST;

  private final QueueTable table;

  /** By the report's id, the latest. */
  private final Map<String, QueueTable.Count> taken =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, QueueTable.Count> eldest) {
          return size() > REMEMBERED;
        }
      };

  ReportQuota(QueueTable table) {
    this.table = table;
  }

  /**
   * Takes one of the hour's reports.
   *
   * @param id the report's
   * @return empty when it may go out now; else when the hour ends
   */
  Optional<Instant> take(String id, String smtpUser, Instant now) {
    synchronized (taken) {
      QueueTable.Count before = taken.get(id);
      if (before != null && now.isBefore(before.until())) {
        return hourEnds(before);
      }
    }
    QueueTable.Count count = table.count(RowId.of(RowId.Kind.COUNT, smtpUser), now, now.plus(HOUR));
    synchronized (taken) {
      taken.put(id, count);
    }
    return hourEnds(count);
  }

  /**
   * When the hour ended in whose digest a report was to be; empty where it was to be in none, or
   * the hour isn't over.
   */
  Optional<Instant> missed(String id, Instant now) {
    synchronized (taken) {
      return Optional.ofNullable(taken.get(id))
          .flatMap(ReportQuota::hourEnds)
          .filter(ended -> !now.isBefore(ended));
    }
  }

  private static Optional<Instant> hourEnds(QueueTable.Count count) {
    return count.number() <= REPORTS ? Optional.empty() : Optional.of(count.until());
  }
}
