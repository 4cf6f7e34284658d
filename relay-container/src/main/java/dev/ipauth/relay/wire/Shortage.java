package dev.ipauth.relay.wire;

import dev.ipauth.relay.fault.OnceAMinute;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;

/**
 * Remembers for a second that memory outside the heap was short. Whoever connects within it is told
 * so at once: a connection that can't be read from would hang. Thread-safe.
 */
final class Shortage {
  private static final System.Logger LOG = System.getLogger("relay");
  private static final long LASTS = TimeUnit.SECONDS.toNanos(1);

  private final OnceAMinute line = new OnceAMinute();
  private volatile long met = System.nanoTime() - LASTS;

  /** There was too little; a line says so once a minute at most. */
  void met(Throwable cause) {
    met = System.nanoTime();
    if (line.isDue()) {
      LOG.log(
          Level.ERROR,
          "Memory outside the heap is short, and new connections are refused for a moment. Give the"
              + " relay more memory or lower MAX_CONNECTIONS: {0}",
          cause.getMessage());
    }
  }

  boolean lasts() {
    return System.nanoTime() - met < LASTS;
  }
}
