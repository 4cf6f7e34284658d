package dev.ipauth.relay.limits;

import com.github.benmanes.caffeine.cache.Cache;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.Username;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Failed AUTHs: each of an address is answered later than the one before, and too many shut it out
 * for a while.
 *
 * <p>An office is one address, and one device with an old password mustn't shut out the others. So
 * a name is shut out alone, long before the whole address is; a name that has authenticated from
 * there is never shut out, only answered late when it fails; and a good AUTH is never late. Mail
 * that is known by its address asks none of this.
 *
 * <p>What this slows down is noise: passwords are random and too long to be guessed.
 *
 * <p>Thread-safe; no method blocks.
 */
public final class AuthFailures {
  private static final Duration FIRST_DELAY = Duration.ofMillis(250);
  private static final int DOUBLINGS = 5;
  private static final int NAMES_BEFORE_ADDRESS = 5;
  private static final Duration GOOD_FOR = Duration.ofDays(7);

  private final int limit;
  private final Consumer<Limit> reached;
  private final Cache<Attempt, Integer> ofName;
  private final Cache<IpAddress, Integer> ofAddress;
  private final Cache<Attempt, Boolean> good;

  /** A name from an address. */
  private record Attempt(IpAddress source, String name) {

    static Attempt of(IpAddress from, String name) {
      // What is no username at all is all one name, or memory would be the sender's to fill.
      String known = Username.isUsername(name) ? name.toLowerCase(Locale.ROOT) : "";
      return new Attempt(Source.of(from), known);
    }
  }

  /**
   * Nobody has failed yet.
   *
   * @param nanoTime monotonic
   * @param reached is told whenever somebody is shut out
   */
  public AuthFailures(Rates rates, LongSupplier nanoTime, Consumer<Limit> reached) {
    this.limit = rates.authFailures();
    this.reached = reached;
    this.ofName = remembering(nanoTime, rates.authShutOut());
    this.ofAddress = remembering(nanoTime, rates.authShutOut());
    this.good = remembering(nanoTime, GOOD_FOR);
  }

  private static <K, V> Cache<K, V> remembering(LongSupplier nanoTime, Duration time) {
    return Remembered.table(nanoTime).expireAfterWrite(time).build();
  }

  /** A device wants to authenticate. Returns the limit that stands against it, or null. */
  public @Nullable Limit attempt(IpAddress from, String name) {
    var attempt = Attempt.of(from, name);
    boolean shutOut =
        limit != 0
            && good.getIfPresent(attempt) == null
            && (count(ofName, attempt) >= limit
                || count(ofAddress, attempt.source()) >= (long) limit * NAMES_BEFORE_ADDRESS);
    if (!shutOut) {
      return null;
    }
    reached.accept(Limit.AUTH_FAILURES);
    return Limit.AUTH_FAILURES;
  }

  private static <K> int count(Cache<K, Integer> failures, K key) {
    Integer count = failures.getIfPresent(key);
    return count == null ? 0 : count;
  }

  /** It failed. Returns how long to wait before saying so: none at first, 8 s in the end. */
  public Duration failed(IpAddress from, String name) {
    var attempt = Attempt.of(from, name);
    ofName.asMap().merge(attempt, 1, Integer::sum);
    int failures = ofAddress.asMap().merge(attempt.source(), 1, Integer::sum);
    return failures == 1
        ? Duration.ZERO
        : FIRST_DELAY.multipliedBy(1L << Math.min(failures - 2, DOUBLINGS));
  }

  /** It succeeded. */
  public void succeeded(IpAddress from, String name) {
    var attempt = Attempt.of(from, name);
    ofName.invalidate(attempt);
    good.put(attempt, true);
  }
}
