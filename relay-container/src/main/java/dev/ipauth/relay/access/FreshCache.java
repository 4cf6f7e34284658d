package dev.ipauth.relay.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what was read, for a bounded time that nothing can stretch.
 *
 * <p><b>Invariant:</b> {@code ttl} after a writer was told that its change is made, no answer given
 * here is from before the change.
 *
 * <p><b>Why it holds.</b> Reads are strongly consistent, so a read that missed the change began
 * before the writer was told. An entry's age counts from a moment before its read began, and it is
 * given only while that age is below {@code ttl}; both on the monotonic clock. So it is given no
 * later than {@code ttl} after the writer was told. Nothing renews an entry but a later read: one
 * that fails leaves it to grow old, and one that ends after it was given up stores nothing, so an
 * older read never replaces a newer.
 *
 * <p>At most one read per key is under way, however many ask. A read that takes too long is given
 * up: whoever waits for it gets an error, and the next to ask begins another. Errors aren't
 * remembered. Eviction for space costs a read and nothing else.
 *
 * <p>When one entry must be read, those that will be too old soon and are still asked for are read
 * with it. So they go to the table together, and nobody waits for them; and being reads like any
 * other, they change nothing in the above.
 *
 * <p>Thread-safe; no method blocks.
 */
final class FreshCache<K, V> {
  /** With one read; DynamoDB takes a hundred keys in one call. */
  private static final int MOST_READ_AHEAD = 99;

  private final Function<K, CompletionStage<V>> reader;
  private final long ttlNanos;
  private final long aheadNanos;
  private final Duration patience;
  private final MonotonicClock clock;
  private final LookupMeter meter;
  private final Cache<K, Entry<V>> entries;
  private final ConcurrentMap<K, Read<V>> underWay = new ConcurrentHashMap<>();

  /** What was stored, the oldest first; also what has been replaced or evicted since. */
  private final Queue<Stored<K, V>> byAge = new ConcurrentLinkedQueue<>();

  /**
   * How long and how much.
   *
   * @param ttl the age at which an entry is no longer given
   * @param patience how long a read may take; a read that takes {@code ttl} is worthless anyway
   * @param entries how many keys are remembered
   */
  record Bounds(Duration ttl, Duration patience, long entries) {}

  /** Equal to itself alone. */
  private static final class Entry<V> {
    final V value;
    final long began;

    /** Whether it has been given to somebody. */
    volatile boolean asked;

    Entry(V value, long began) {
      this.value = value;
      this.began = began;
    }
  }

  /** Equal to itself alone. */
  private static final class Stored<K, V> {
    final K key;
    final Entry<V> entry;

    Stored(K key, Entry<V> entry) {
      this.key = key;
      this.entry = entry;
    }
  }

  /** Equal to itself alone. */
  private static final class Read<V> {
    final long began;
    final CompletableFuture<V> answer = new CompletableFuture<>();

    Read(long began) {
      this.began = began;
    }
  }

  /**
   * An empty cache.
   *
   * @param reader begins a read that began when it was called; a stage that completes exceptionally
   *     is an error for whoever asked
   */
  FreshCache(
      Function<K, CompletionStage<V>> reader,
      Bounds bounds,
      MonotonicClock clock,
      LookupMeter meter) {
    this.reader = reader;
    this.ttlNanos = bounds.ttl().toNanos();
    this.aheadNanos = ttlNanos / 5 * 4;
    this.patience =
        bounds.patience().compareTo(bounds.ttl()) < 0 ? bounds.patience() : bounds.ttl();
    this.clock = clock;
    this.meter = meter;
    // Its upkeep is short, and handing it to another thread would cost more than it.
    this.entries =
        Caffeine.newBuilder().maximumSize(bounds.entries()).executor(Runnable::run).build();
  }

  /** What the table holds, or held less than {@code ttl} ago. Completes within bounded time. */
  CompletionStage<V> get(K key) {
    V known = fresh(key);
    if (known != null) {
      meter.hit();
      return CompletableFuture.completedFuture(known);
    }
    var mine = new Read<V>(clock.nanos());
    Read<V> first = claim(key, mine);
    if (first.equals(mine)) {
      beginUnlessFresh(key, mine);
      readAhead();
    }
    return first.answer;
  }

  private @Nullable V fresh(K key) {
    Entry<V> entry = entries.getIfPresent(key);
    if (entry == null || age(entry.began) >= ttlNanos) {
      return null;
    }
    if (!entry.asked) {
      entry.asked = true;
    }
    return entry.value;
  }

  private long age(long began) {
    return clock.nanos() - began;
  }

  /** The read to wait for: the one under way, or mine where there is none. */
  private Read<V> claim(K key, Read<V> mine) {
    while (true) {
      Read<V> first = underWay.putIfAbsent(key, mine);
      if (first == null) {
        return mine;
      }
      if (age(first.began) < patience.toNanos()) {
        return first;
      }
      // Its timer is late, as after a long pause of this machine. Nobody waits for such a read.
      giveUp(key, first);
    }
  }

  private void beginUnlessFresh(K key, Read<V> mine) {
    // Between our look and our claim another's read may have ended: then there is nothing to read.
    V known = fresh(key);
    if (known != null) {
      underWay.remove(key, mine);
      meter.hit();
      mine.answer.complete(known);
    } else {
      begin(key, mine);
    }
  }

  /** Reads what is in the last fifth of its life and was asked for, the oldest first. */
  private void readAhead() {
    for (int i = 0; i < MOST_READ_AHEAD; i++) {
      Stored<K, V> oldest = byAge.peek();
      if (oldest == null || age(oldest.entry.began) < aheadNanos) {
        return;
      }
      boolean wanted = oldest.entry.asked && age(oldest.entry.began) < ttlNanos;
      if (byAge.remove(oldest) && wanted) {
        readAhead(oldest);
      }
    }
  }

  private void readAhead(Stored<K, V> stored) {
    var mine = new Read<V>(clock.nanos());
    if (underWay.putIfAbsent(stored.key, mine) == null) {
      if (stored.entry.equals(entries.getIfPresent(stored.key))) {
        begin(stored.key, mine);
      } else {
        // Another read has replaced it, or space was needed.
        underWay.remove(stored.key, mine);
      }
    }
  }

  private void begin(K key, Read<V> mine) {
    clock.after(patience, () -> giveUp(key, mine));
    reader.apply(key).whenComplete((value, error) -> end(key, mine, value, error));
  }

  private void end(K key, Read<V> mine, @Nullable V value, @Nullable Throwable error) {
    long took = age(mine.began);
    boolean good = error == null && value != null && took < ttlNanos;
    if (!settle(key, mine, good ? value : null)) {
      return;
    }
    if (good) {
      meter.read(Duration.ofNanos(took), null);
      mine.answer.complete(value);
    } else {
      fail(mine, error != null ? error : tookTooLong());
    }
  }

  private void fail(Read<V> read, Throwable failure) {
    meter.read(Duration.ofNanos(age(read.began)), failure);
    read.answer.completeExceptionally(failure);
  }

  /**
   * Ends a read, and stores its value, if any, in one step: so nobody finds neither the read nor
   * what it brought.
   *
   * @return false when it was given up before
   */
  private boolean settle(K key, Read<V> mine, @Nullable V value) {
    boolean[] settled = new boolean[1];
    underWay.computeIfPresent(
        key,
        (_, current) -> {
          if (!current.equals(mine)) {
            return current;
          }
          settled[0] = true;
          if (value != null) {
            store(key, new Entry<>(value, mine.began));
          }
          return null;
        });
    return settled[0];
  }

  private void store(K key, Entry<V> entry) {
    entries.put(key, entry);
    byAge.add(new Stored<>(key, entry));
  }

  private void giveUp(K key, Read<V> read) {
    if (underWay.remove(key, read)) {
      fail(read, tookTooLong());
    }
  }

  private static TimeoutException tookTooLong() {
    return new TimeoutException("The table didn't answer in time");
  }
}
