package dev.ipauth.relay.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * At most twenty reports an hour for each SMTP user, over all relays and their restarts; what is
 * over waits for one digest at the hour's end. Hours begin with a user's first report.
 *
 * <p>A report that can't be kept after it was counted is counted again: then the hour has fewer
 * reports, and the digest the rest.
 */
record ReportQuota(QueueTable table) {
  private static final int REPORTS = 20;
  private static final Duration HOUR = Duration.ofHours(1);

  /**
   * Takes one of the hour's reports.
   *
   * @return empty when it may go out now; else when the hour ends
   */
  Optional<Instant> take(String smtpUser, Instant now) {
    QueueTable.Count count = table.count(RowId.of(RowId.Kind.COUNT, smtpUser), now, now.plus(HOUR));
    return count.number() <= REPORTS ? Optional.empty() : Optional.of(count.until());
  }
}
