package dev.ipauth.relay.access;

import dev.ipauth.relay.fault.AwsFault;
import dev.ipauth.relay.smtp.Access;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.Peppers;
import dev.ipauth.tables.SmtpUser;
import dev.ipauth.tables.Username;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The tables as the relay sees them: read on virtual threads, remembered for a bounded time. One
 * for the whole relay.
 */
public final class Lookups implements AutoCloseable {
  // An eighth of the heap for both: what a relay holds for its connections needs the rest.
  private static final long OCTETS_OF_EACH_KIND = Runtime.getRuntime().maxMemory() / 16;

  private static final Duration PROBE_TTL = Duration.ofSeconds(2);

  // A balancer or a script that asks whether this is ready gives up after two seconds or later.
  private static final Duration PROBE_TIMEOUT = Duration.ofMillis(1500);

  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("lookup-", 0).factory());
  private final FreshCache<Username, Optional<SmtpUser>> users;
  private final FreshCache<IpAddress, Optional<SmtpUser>> nominees;
  private final FreshCache<String, Boolean> probe;

  /**
   * How lookups are made.
   *
   * @param cacheTtl {@code CACHE_TTL}
   * @param timeout how long a session waits for one
   * @param entries remembered of each kind at most; fewer where the heap is small
   */
  public record Limits(Duration cacheTtl, Duration timeout, long entries) {}

  /** Who is told what the lookups cost, by kind, and what it shows of the tables. */
  public record Meters(
      LookupMeter byUsername, LookupMeter byAddress, LookupMeter probe, TableWatch tables) {}

  /** Is told after each read whether the tables can be read. Called on any thread; never blocks. */
  public interface TableWatch {

    void worked();

    /**
     * They can't.
     *
     * @param cause a sentence for the operator
     */
    void failed(String cause);
  }

  /** A meter that also tells what a read shows of the tables. */
  private record Reporting(LookupMeter meter, TableWatch tables) implements LookupMeter {
    @Override
    public void hit() {
      meter.hit();
    }

    @Override
    public void read(Duration took, @Nullable Throwable failure) {
      meter.read(took, failure);
      if (failure == null) {
        tables.worked();
      } else if (AwsFault.concernsAll(failure)) {
        tables.failed(AwsFault.TABLES.sentence(failure));
      }
    }
  }

  public Lookups(Tables tables, Limits limits, Meters meters) {
    var clock = LookupClock.system(threads);
    var bounds =
        new FreshCache.Bounds(
            limits.cacheTtl(), limits.timeout(), limits.entries(), OCTETS_OF_EACH_KIND);
    var nomination = new NominationLookup(tables);
    users =
        new FreshCache<>(
            name -> begin(() -> tables.smtpUser(name)),
            Footprint::octets,
            bounds,
            clock,
            meter(meters, meters.byUsername()));
    nominees =
        new FreshCache<>(
            ip -> begin(() -> nomination.apply(ip)),
            Footprint::octets,
            bounds,
            clock,
            meter(meters, meters.byAddress()));
    probe =
        new FreshCache<>(
            _ -> begin(() -> probed(tables)),
            _ -> 1,
            new FreshCache.Bounds(PROBE_TTL, shorter(PROBE_TIMEOUT, limits.timeout()), 1, 1),
            clock,
            meter(meters, meters.probe()));
  }

  private static LookupMeter meter(Meters meters, LookupMeter meter) {
    return new Reporting(meter, meters.tables());
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** Never throws: what can't be begun is a stage that failed. */
  private <T> CompletionStage<T> begin(Supplier<T> read) {
    try {
      return CompletableFuture.supplyAsync(read, threads);
    } catch (RejectedExecutionException stopped) {
      return CompletableFuture.failedFuture(stopped);
    }
  }

  private static Boolean probed(Tables tables) {
    tables.probe();
    return true;
  }

  /** Who may send, by these tables. */
  public Access access(Peppers peppers) {
    return new WhoMaySend(peppers, users::get, nominees::get);
  }

  /**
   * Why the tables can't be read now, or nothing when they can; known for two seconds. Completes
   * within 1.5 s, and never exceptionally.
   */
  public CompletionStage<Optional<String>> trouble() {
    return probe
        .get("tables")
        .thenApply(_ -> Optional.<String>empty())
        .exceptionally(failure -> Optional.of(AwsFault.TABLES.sentence(failure)));
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
