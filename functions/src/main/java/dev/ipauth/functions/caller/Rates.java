package dev.ipauth.functions.caller;

import dev.ipauth.functions.Settings;
import dev.ipauth.functions.register.ApiRates;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How often an account may call. A process takes a fiftieth of the minute's requests at a time from
 * the table that all processes share, and so asks it seldom.
 */
@Singleton
final class Rates {
  private static final int PARTS = 50;

  /** What this process has taken for an account and not yet given out. */
  private record Share(Instant minute, AtomicInteger left) {
    boolean takeOne(Instant now) {
      return minute.equals(now) && left.getAndDecrement() > 0;
    }
  }

  private final ApiRates table;
  private final Clock clock;
  private final int limit;
  private final Map<String, Share> shares = new ConcurrentHashMap<>();

  Rates(ApiRates table, Settings settings, Clock clock) {
    this.table = table;
    this.clock = clock;
    this.limit = settings.requestsPerMinute();
  }

  /** Counts one request; false when the account has had its share of this minute. */
  boolean allow(String accountId) {
    Instant minute = clock.instant().truncatedTo(ChronoUnit.MINUTES);
    Share share = shares.get(accountId);
    if (share != null && share.takeOne(minute)) {
      return true;
    }
    int requests = Math.max(1, limit / PARTS);
    if (!table.take(accountId, minute, requests, limit)) {
      return false;
    }
    shares.values().removeIf(old -> !old.minute().equals(minute));
    shares.put(accountId, new Share(minute, new AtomicInteger(requests - 1)));
    return true;
  }

  /** Seconds until the next minute, 1 to 60. */
  long secondsUntilNext() {
    return 60 - clock.instant().getEpochSecond() % 60;
  }
}
