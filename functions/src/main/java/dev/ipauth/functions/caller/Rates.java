package dev.ipauth.functions.caller;

import dev.ipauth.functions.caller.Tally.Standing;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/** How often an account may call in a minute of the clock, counted across all processes. */
@Singleton
final class Rates {
  private record Minute(Instant begin, Map<String, Tally> accounts) {}

  private final ApiRates table;
  private final Clock clock;
  private final int limit;
  private final AtomicReference<Minute> current =
      new AtomicReference<>(new Minute(Instant.MIN, Map.of()));

  Rates(ApiRates table, CallerSettings settings, Clock clock) {
    this.table = table;
    this.clock = clock;
    this.limit = settings.requestsPerMinute();
  }

  /** Counts one request. */
  Standing count(String accountId) {
    Minute minute = minute();
    Tally tally = minute.accounts().computeIfAbsent(accountId, _ -> new Tally(limit));
    Standing decided = tally.next();
    if (decided != null) {
      return decided;
    }
    long report = tally.report();
    long total = -1;
    try {
      total = table.add(accountId, minute.begin(), report);
    } finally {
      if (total < 0) {
        tally.failed(report);
      }
    }
    return tally.reported(report, total);
  }

  private Minute minute() {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MINUTES);
    return current.updateAndGet(
        minute -> isOver(minute, now) ? new Minute(now, new ConcurrentHashMap<>()) : minute);
  }

  /** Threads read the clock out of order by an instant; when it is set back, by more than that. */
  private static boolean isOver(Minute minute, Instant now) {
    return now.isAfter(minute.begin()) || now.plus(1, ChronoUnit.MINUTES).isBefore(minute.begin());
  }

  /** Seconds until the next minute, 1 to 60. */
  long secondsUntilNext() {
    return 60 - clock.instant().getEpochSecond() % 60;
  }
}
