package dev.ipauth.functions.dependency;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something that the API needs and can't mend: the tables, an identity provider's keys. Whoever
 * uses it says after each use whether it worked. The log gets a line with the cause when an outage
 * begins and one when it is over, however many requests fail meanwhile.
 *
 * <p>One that fails now and then would fill the log with beginnings and ends. So an outage that
 * begins within a minute of the last one's end is over only when nothing has failed for ten
 * seconds.
 *
 * <p>Thread-safe; no method blocks.
 */
public final class Dependency {
  private static final Logger LOG = LoggerFactory.getLogger(Dependency.class);
  private static final long UNSTEADY = Duration.ofMinutes(1).toNanos();
  private static final long QUIET = Duration.ofSeconds(10).toNanos();

  private final String name;
  private final String consequence;
  private final LongSupplier nanoTime;
  private volatile @Nullable Outage outage;
  private @Nullable Long lastEnd;

  private static final class Outage {
    final long began;
    final boolean unsteady;
    long lastFailure;
    long failures = 1;

    Outage(long now, boolean unsteady) {
      this.began = now;
      this.lastFailure = now;
      this.unsteady = unsteady;
    }
  }

  /**
   * One that is believed to work.
   *
   * @param name begins a sentence, in the plural: {@code The tables}
   * @param consequence a sentence: what becomes of requests during an outage
   */
  public Dependency(String name, String consequence) {
    this(name, consequence, System::nanoTime);
  }

  Dependency(String name, String consequence, LongSupplier nanoTime) {
    this.name = name;
    this.consequence = consequence;
    this.nanoTime = nanoTime;
  }

  /** It couldn't be used. */
  public synchronized void failed(Throwable cause) {
    long now = nanoTime.getAsLong();
    Outage current = outage;
    if (current != null) {
      current.failures++;
      current.lastFailure = now;
      return;
    }
    outage = new Outage(now, lastEnd != null && now - lastEnd < UNSTEADY);
    LOG.warn("{} can't be used: {}. {}", name, Cause.inWords(cause), consequence);
  }

  /** It could be used. */
  public void worked() {
    if (outage != null) {
      end();
    }
  }

  private synchronized void end() {
    long now = nanoTime.getAsLong();
    Outage over = outage;
    if (over == null || (over.unsteady && now - over.lastFailure < QUIET)) {
      return;
    }
    outage = null;
    lastEnd = now;
    LOG.warn(
        "{} can be used again. {} calls failed in {} s.",
        name,
        over.failures,
        TimeUnit.NANOSECONDS.toSeconds(now - over.began));
  }
}
