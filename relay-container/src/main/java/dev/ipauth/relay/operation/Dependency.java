package dev.ipauth.relay.operation;

import dev.ipauth.relay.queue.QueueEvents;
import dev.ipauth.relay.tls.CertificateWatch;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Something that the relay needs and can't mend: the tables, the next hop, a secret. Whoever uses
 * it says after each use whether it worked; of all that, the operator gets one line with the cause
 * when an outage begins, one when the cause becomes another, and one when the outage is over.
 *
 * <p>A dependency that fails now and then would fill the log with beginnings and ends. So an outage
 * that begins within a minute of the last one's end is over only when nothing has failed for ten
 * seconds; and of a cause that changes, a line a minute is written at most.
 *
 * <p>Thread-safe; no method blocks.
 */
public final class Dependency implements CertificateWatch, QueueEvents.Watch {
  private static final long UNSTEADY = Duration.ofMinutes(1).toNanos();
  private static final long QUIET = Duration.ofSeconds(10).toNanos();

  private final String name;
  private final BiConsumer<String, Map<String, ?>> notes;
  private final LongSupplier nanoTime;
  private final Counter failures;
  private volatile @Nullable Outage outage;
  private @Nullable Long lastEnd;

  private static final class Outage {
    final long began;
    final boolean unsteady;
    volatile String cause;
    long said;
    long lastFailure;
    long failures = 1;

    Outage(String cause, long now, boolean unsteady) {
      this.began = now;
      this.said = now;
      this.lastFailure = now;
      this.cause = cause;
      this.unsteady = unsteady;
    }
  }

  /**
   * One that is believed to work.
   *
   * @param name in lines and labels, such as {@code next-hop}
   * @param notes takes a line's event and its fields
   * @param nanoTime monotonic
   */
  Dependency(
      String name,
      BiConsumer<String, Map<String, ?>> notes,
      MeterRegistry registry,
      LongSupplier nanoTime) {
    this.name = name;
    this.notes = notes;
    this.nanoTime = nanoTime;
    Gauge.builder("relay.dependency.up", this, d -> d.outage == null ? 1 : 0)
        .description("Whether the relay can use what it depends on: 1, or 0 during an outage.")
        .tag("name", name)
        .register(registry);
    failures =
        Counter.builder("relay.dependency.failures")
            .description("Failed uses of what the relay depends on.")
            .tag("name", name)
            .register(registry);
  }

  /**
   * It couldn't be used.
   *
   * @param cause a sentence that tells the operator what to look at; no secrets
   */
  @Override
  public void failed(String cause) {
    failures.increment();
    synchronized (this) {
      long now = nanoTime.getAsLong();
      Outage current = outage;
      if (current == null) {
        outage = new Outage(cause, now, lastEnd != null && now - lastEnd < UNSTEADY);
        notes.accept("unavailable", Map.of("what", name, "why", cause));
      } else {
        failedAgain(current, cause, now);
      }
    }
  }

  private void failedAgain(Outage current, String cause, long now) {
    current.failures++;
    current.lastFailure = now;
    if (!cause.equals(current.cause) && now - current.said >= UNSTEADY) {
      current.said = now;
      current.cause = cause;
      notes.accept("unavailable", Map.of("what", name, "why", cause));
    }
  }

  /** It could be used. */
  @Override
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
    long millis = TimeUnit.NANOSECONDS.toMillis(now - over.began);
    notes.accept(
        "available-again", Map.of("what", name, "failures", over.failures, "millis", millis));
  }

  /** Why it can't be used now; empty when it can. */
  public Optional<String> outage() {
    return Optional.ofNullable(outage).map(current -> current.cause);
  }

  @Override
  public String toString() {
    return name;
  }
}
