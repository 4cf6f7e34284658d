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
 * <p>A report counts once, however often a relay tries to keep it. Where the answer to the count is
 * lost, or another relay goes on with it, it is counted again: then the hour has fewer reports, and
 * the digest the rest.
 */
final class ReportQuota {
  private static final int REPORTS = 20;
  private static final Duration HOUR = Duration.ofHours(1);

  /** More than are tried again at a time. */
  private static final int REMEMBERED = 1000;

  private final QueueTable table;

  /** By the report's id, the latest: when its hour ends, empty when it may go out at once. */
  private final Map<String, Optional<Instant>> taken =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Optional<Instant>> eldest) {
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
      Optional<Instant> before = taken.get(id);
      if (before != null) {
        return before;
      }
    }
    QueueTable.Count count = table.count(RowId.of(RowId.Kind.COUNT, smtpUser), now, now.plus(HOUR));
    Optional<Instant> hourEnds =
        count.number() <= REPORTS ? Optional.empty() : Optional.of(count.until());
    synchronized (taken) {
      taken.put(id, hourEnds);
    }
    return hourEnds;
  }
}
