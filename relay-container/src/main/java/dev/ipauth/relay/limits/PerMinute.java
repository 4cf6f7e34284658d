package dev.ipauth.relay.limits;

import com.github.benmanes.caffeine.cache.LoadingCache;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A limit per minute for each key: a token bucket that holds a minute's worth and fills steadily.
 *
 * <p>A bucket that nobody touched for a minute is full, so it can be forgotten.
 */
final class PerMinute<K> {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final int limit;
  private final TimeMeter meter;
  private final LoadingCache<K, Bucket> buckets;

  /**
   * @param limit 0 for none
   */
  PerMinute(int limit, LongSupplier nanoTime) {
    this.limit = limit;
    this.meter = new MonotonicMeter(nanoTime);
    this.buckets = Remembered.table(nanoTime).expireAfterAccess(MINUTE).build(_ -> full());
  }

  /** Takes one, if there is one. */
  boolean take(K key) {
    return limit == 0 || buckets.get(key).tryConsume(1);
  }

  private Bucket full() {
    return Bucket.builder()
        .addLimit(bandwidth -> bandwidth.capacity(limit).refillGreedy(limit, MINUTE))
        .withCustomTimePrecision(meter)
        .build();
  }

  private record MonotonicMeter(LongSupplier nanoTime) implements TimeMeter {
    @Override
    public long currentTimeNanos() {
      return nanoTime.getAsLong();
    }

    @Override
    public boolean isWallClockBased() {
      return false;
    }
  }
}
