package dev.ipauth.relay.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * At most twenty reports an hour for each SMTP user; what is over waits for one digest at the
 * hour's end. Hours begin with a user's first report.
 */
final class ReportQuota {
  private static final int REPORTS = 20;
  private static final Duration HOUR = Duration.ofHours(1);

  private final Map<String, Hour> hours = new HashMap<>();

  private static final class Hour {
    final Instant began;
    int reports;

    Hour(Instant began) {
      this.began = began;
    }

    boolean isOver(Instant now) {
      return !now.isBefore(began.plus(HOUR)) || now.isBefore(began);
    }
  }

  /**
   * Takes one of the hour's reports.
   *
   * @return empty when it may go out now; else when the hour ends
   */
  synchronized Optional<Instant> take(String smtpUser, Instant now) {
    hours.values().removeIf(hour -> hour.isOver(now));
    Hour hour = hours.computeIfAbsent(smtpUser, _ -> new Hour(now));
    hour.reports++;
    return hour.reports <= REPORTS ? Optional.empty() : Optional.of(hour.began.plus(HOUR));
  }
}
