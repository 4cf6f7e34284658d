package dev.ipauth.relay.limits;

import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.function.LongSupplier;

/**
 * How much is remembered of strangers. They choose the keys, so it is bounded by the heap: each of
 * the tables here takes a sixty-fourth of it at most. Who comes from more addresses than that at
 * once makes the relay forget some; what holds then is the limit on all connections.
 */
final class Remembered {
  private static final int TABLES_IN_THE_HEAP = 64;

  // Measured: a key, its counter or bucket, and what Caffeine puts around them.
  private static final int OCTETS = 400;

  private Remembered() {}

  /** Entries of one table. */
  static long most() {
    return Runtime.getRuntime().maxMemory() / TABLES_IN_THE_HEAP / OCTETS;
  }

  /** A table of so many, by a monotonic clock; its upkeep is done by whoever uses it. */
  static Caffeine<Object, Object> table(LongSupplier nanoTime) {
    return Caffeine.newBuilder()
        .maximumSize(most())
        .ticker(nanoTime::getAsLong)
        .executor(Runnable::run);
  }
}
