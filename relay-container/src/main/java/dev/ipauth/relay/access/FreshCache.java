package dev.ipauth.relay.access;

import dev.ipauth.relay.access.LookupClock.Moment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what was read, for a bounded time that nothing can stretch.
 *
 * <h2>Invariant</h2>
 *
 * <p>{@code ttl} after a writer was told that its change is made, no answer given here is from
 * before the change.
 *
 * <h2>Why it holds</h2>
 *
 * <p>Reads are strongly consistent, so a read that missed the change began before the writer was
 * told. An entry's age counts from a moment before its read began, and it is given only while that
 * age is below {@code ttl}. So it is given no later than {@code ttl} after the writer was told.
 * Nothing renews an entry but a later read: one that fails leaves it to grow old, and one that ends
 * after it was given up stores nothing, so an older read never replaces a newer.
 *
 * <h2>What age is</h2>
 *
 * <p>The larger of what two clocks say (see {@link Moment}), for either may show too little. The
 * monotonic clock stands still while the machine is suspended, as a laptop or a virtual machine may
 * be; the clock on the wall goes on meanwhile. The clock on the wall may be set back; the monotonic
 * one goes on. So the age is never too small, unless a machine is suspended and its clock set back
 * by as much at the same time. It may be too large, when the clock is set forward: that costs a
 * read.
 *
 * <h2>How much is read</h2>
 *
 * <p>At most one read per key is under way, however many ask. A read that takes too long is given
 * up: whoever waits for it gets an error, and the next to ask begins another. Errors aren't
 * remembered.
 *
 * <p>When one entry must be read, those that will be too old soon and are still asked for are read
 * with it. So they go to the table together, and nobody waits for them; and being reads like any
 * other, they change nothing in the above.
 *
 * <h2>How much is held</h2>
 *
 * <p>So many octets, as {@link Bounds} has it. What is too old is dropped, and when space is needed
 * the oldest, which costs a read and nothing else.
 *
 * <p>Thread-safe; no method blocks.
 */
final class FreshCache<K, V> {
  /** With one read; DynamoDB takes a hundred keys in one call. */
  private static final int MOST_READ_AHEAD = 99;

  private final Function<K, CompletionStage<V>> reader;
  private final ToIntFunction<V> octets;
  private final long ttlNanos;
  private final long aheadNanos;
  private final Duration timeout;
  private final long mostOctets;
  private final long leastOctets;
  private final LookupClock clock;
  private final LookupMeter meter;

  // All of what follows is guarded by this. Both orders are that of storing.
  private final LinkedHashMap<K, Entry<K, V>> entries = new LinkedHashMap<>();
  private final Queue<Entry<K, V>> notYetReadAhead = new ArrayDeque<>();
  private final Map<K, Read<K, V>> underWay = new HashMap<>();
  private long heldOctets;
  private boolean sweepIsDue;

  /**
   * How long and how much.
   *
   * @param ttl the age at which an entry is no longer given
   * @param timeout how long a read may take; a read that takes {@code ttl} is worthless anyway
   * @param entries how many keys are remembered at most
   * @param octets of memory that they may take
   */
  record Bounds(Duration ttl, Duration timeout, long entries, long octets) {}

  private static final class Entry<K, V> {
    final K key;
    final V value;
    final Moment began;
    final long octets;
    boolean asked;

    Entry(K key, V value, Moment began, long octets) {
      this.key = key;
      this.value = value;
      this.began = began;
      this.octets = octets;
    }
  }

  private static final class Read<K, V> {
    final K key;
    final Moment began;
    final CompletableFuture<V> answer = new CompletableFuture<>();

    Read(K key, Moment began) {
      this.key = key;
      this.began = began;
    }
  }

  /**
   * An empty cache.
   *
   * @param reader begins a read that began when it was called; a stage that completes exceptionally
   *     is an error for whoever asked
   * @param octets how much memory a value takes, its key and all that holds the two included
   */
  FreshCache(
      Function<K, CompletionStage<V>> reader,
      ToIntFunction<V> octets,
      Bounds bounds,
      LookupClock clock,
      LookupMeter meter) {
    this.reader = reader;
    this.octets = octets;
    this.ttlNanos = bounds.ttl().toNanos();
    this.aheadNanos = ttlNanos / 5 * 4;
    this.timeout = bounds.timeout().compareTo(bounds.ttl()) < 0 ? bounds.timeout() : bounds.ttl();
    this.mostOctets = bounds.octets();
    this.leastOctets = bounds.octets() / bounds.entries();
    this.clock = clock;
    this.meter = meter;
  }

  /** What the table holds, or held less than {@code ttl} ago. Completes within bounded time. */
  CompletionStage<V> get(K key) {
    Moment now = clock.now();
    var begun = new ArrayList<Read<K, V>>();
    Read<K, V> overdue;
    Read<K, V> mine;
    synchronized (this) {
      V known = fresh(key, now);
      if (known != null) {
        meter.hit();
        return CompletableFuture.completedFuture(known);
      }
      overdue = underWay.get(key);
      if (overdue != null && overdue.began.until(now) < timeout.toNanos()) {
        return overdue.answer;
      }
      mine = claim(key, now);
      begun.add(mine);
      claimAhead(now, begun);
    }
    if (overdue != null) {
      // Its timer is late, as after a long pause of this machine. Nobody waits for such a read.
      fail(overdue, now, tookTooLong());
    }
    begun.forEach(this::begin);
    return mine.answer;
  }

  private @Nullable V fresh(K key, Moment now) {
    Entry<K, V> entry = entries.get(key);
    if (entry == null || isStale(entry, now)) {
      return null;
    }
    entry.asked = true;
    return entry.value;
  }

  private boolean isStale(Entry<K, V> entry, Moment now) {
    return entry.began.until(now) >= ttlNanos;
  }

  private Read<K, V> claim(K key, Moment now) {
    var read = new Read<K, V>(key, now);
    underWay.put(key, read);
    return read;
  }

  /** Claims what is in the last fifth of its life and was asked for, the oldest first. */
  private void claimAhead(Moment now, List<Read<K, V>> claimed) {
    for (int i = 0; i < MOST_READ_AHEAD; i++) {
      Entry<K, V> oldest = notYetReadAhead.peek();
      if (oldest == null || oldest.began.until(now) < aheadNanos) {
        return;
      }
      notYetReadAhead.remove();
      boolean wanted = oldest.asked && !isStale(oldest, now) && isHeld(oldest);
      if (wanted && !underWay.containsKey(oldest.key)) {
        claimed.add(claim(oldest.key, now));
      }
    }
  }

  private boolean isHeld(Entry<K, V> entry) {
    return entries.get(entry.key) == entry;
  }

  // --- A read ------------------------------------------------------------------------------------

  private void begin(Read<K, V> read) {
    clock.after(timeout, () -> giveUp(read));
    reader.apply(read.key).whenComplete((value, error) -> end(read, value, error));
  }

  private void end(Read<K, V> read, @Nullable V value, @Nullable Throwable error) {
    Moment now = clock.now();
    long took = read.began.until(now);
    V good = error == null && took < ttlNanos ? value : null;
    if (!settle(read, good, now)) {
      return;
    }
    if (good != null) {
      meter.read(Duration.ofNanos(took), null);
      read.answer.complete(good);
    } else {
      fail(read, now, error != null ? error : tookTooLong());
    }
  }

  /**
   * Ends a read, and stores its value, if any, in one step: so nobody finds neither the read nor
   * what it brought.
   *
   * @return false when it was given up before
   */
  private synchronized boolean settle(Read<K, V> read, @Nullable V value, Moment now) {
    if (!underWay.remove(read.key, read)) {
      return false;
    }
    if (value != null) {
      store(new Entry<>(read.key, value, read.began, weight(value)), now);
    }
    return true;
  }

  private void giveUp(Read<K, V> read) {
    Moment now = clock.now();
    if (settle(read, null, now)) {
      fail(read, now, tookTooLong());
    }
  }

  private void fail(Read<K, V> read, Moment now, Throwable failure) {
    meter.read(Duration.ofNanos(read.began.until(now)), failure);
    read.answer.completeExceptionally(failure);
  }

  private static TimeoutException tookTooLong() {
    return new TimeoutException("The table didn't answer in time");
  }

  // --- What is held ------------------------------------------------------------------------------

  private long weight(V value) {
    return Math.max(octets.applyAsInt(value), leastOctets);
  }

  private void store(Entry<K, V> entry, Moment now) {
    drop(entries.remove(entry.key));
    entries.put(entry.key, entry);
    notYetReadAhead.add(entry);
    heldOctets += entry.octets;
    dropOldest(now);
    if (!sweepIsDue) {
      sweepIsDue = true;
      clock.after(Duration.ofNanos(ttlNanos), this::sweep);
    }
  }

  private void dropOldest(Moment now) {
    while (!entries.isEmpty()) {
      Entry<K, V> oldest = entries.firstEntry().getValue();
      if (heldOctets <= mostOctets && !isStale(oldest, now)) {
        return;
      }
      entries.pollFirstEntry();
      drop(oldest);
    }
  }

  private void drop(@Nullable Entry<K, V> entry) {
    if (entry != null) {
      heldOctets -= entry.octets;
    }
    // What isn't held any more is at this end, or was read ahead of those that are.
    while (!notYetReadAhead.isEmpty() && !isHeld(notYetReadAhead.element())) {
      notYetReadAhead.remove();
    }
  }

  /** What is too old leaves also when nobody asks any more. */
  private synchronized void sweep() {
    dropOldest(clock.now());
    sweepIsDue = !entries.isEmpty();
    if (sweepIsDue) {
      clock.after(Duration.ofNanos(ttlNanos), this::sweep);
    }
  }

  /** Of memory, by the reckoning of {@link Bounds}. */
  synchronized long heldOctets() {
    return heldOctets;
  }
}
