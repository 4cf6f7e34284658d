package dev.ipauth.relay.access;

import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.ipauth.relay.access.LookupClock.Moment;
import dev.ipauth.relay.fault.AwsFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Reads of one table, made together where they are asked for together: a call costs about the same
 * for one row as for many.
 *
 * <p>A read that finds a call free goes at once, alone. While as many calls are under way as may
 * be, reads wait, and all that wait go in one call as soon as another ends. So the table's own pace
 * decides how many go together, and nobody waits for somebody who might come. A read that has
 * waited longer than whoever asked will wait isn't made any more.
 *
 * <p>Keys that the table had no capacity for are asked for again after a pause that doubles, in the
 * same turn: a table that is overloaded is asked for less, and never by more calls at once than may
 * be.
 *
 * <p>A call that fails, fails for all that it was made for. A row that makes no sense is the
 * trouble of those who asked for it alone: what a row means is found out after this.
 *
 * <p>Thread-safe.
 *
 * @param <R> a row
 */
final class GatheredReads<R> {
  /** DynamoDB's {@code BatchGetItem} takes no more. */
  private static final int MOST_KEYS = 100;

  private static final Duration FIRST_PAUSE = Duration.ofMillis(25);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(400);

  private final Table<R> table;
  private final Bounds bounds;
  private final LookupClock clock;
  private final Executor threads;
  private final Semaphore calls;
  private final Queue<Asked<R>> waiting = new ConcurrentLinkedQueue<>();

  /** Where rows are read, by keys that differ. Both block, and throw when they can't read. */
  interface Table<R> {

    /** Reads one row. */
    Optional<R> one(String key);

    /** Reads at most 100 rows. */
    Rows<R> many(Set<String> keys);
  }

  /**
   * What was read.
   *
   * @param found by key; a key that is in neither has no row
   * @param unread keys that the table didn't read, for lack of capacity
   */
  record Rows<R>(Map<String, R> found, Set<String> unread) {}

  /**
   * How much at once.
   *
   * @param calls to this table
   * @param timeout how long a read waits for its turn
   */
  record Bounds(int calls, Duration timeout) {}

  private record Asked<R>(String key, Moment since, CompletableFuture<Optional<R>> answer) {}

  /**
   * @param threads one for each task, which may block, such as a virtual one
   */
  GatheredReads(Table<R> table, Bounds bounds, LookupClock clock, Executor threads) {
    this.table = table;
    this.bounds = bounds;
    this.clock = clock;
    this.threads = threads;
    this.calls = new Semaphore(bounds.calls());
  }

  /**
   * Reads a row. The read begins after this was called.
   *
   * @return completes exceptionally when it can't be read
   */
  CompletableFuture<Optional<R>> read(String key) {
    var asked = new Asked<R>(key, clock.now(), new CompletableFuture<>());
    waiting.add(asked);
    callWhatWaits();
    return asked.answer();
  }

  private void callWhatWaits() {
    // Looks again after each turn: what came while another was being found empty-handed waits too.
    while (!waiting.isEmpty() && calls.tryAcquire()) {
      List<Asked<R>> together = next();
      if (together.isEmpty()) {
        calls.release();
      } else {
        call(together, FIRST_PAUSE);
      }
    }
  }

  private void endTurn() {
    calls.release();
    callWhatWaits();
  }

  private List<Asked<R>> next() {
    var together = new ArrayList<Asked<R>>();
    while (together.size() < MOST_KEYS) {
      Asked<R> asked = waiting.poll();
      if (asked == null) {
        return together;
      }
      if (isInTime(asked)) {
        together.add(asked);
      } else {
        asked.answer().completeExceptionally(new RejectedExecutionException("No turn in time"));
      }
    }
    return together;
  }

  private boolean isInTime(Asked<R> asked) {
    return asked.since().until(clock.now()) < bounds.timeout().toNanos();
  }

  /** Reads for all of them, within the one turn that was taken for it. */
  private void call(List<Asked<R>> together, Duration pause) {
    Set<String> keys = together.stream().map(Asked::key).collect(toUnmodifiableSet());
    CompletableFuture.supplyAsync(() -> rows(keys), threads)
        .whenComplete((rows, failure) -> answer(together, pause, rows, failure));
  }

  private Rows<R> rows(Set<String> keys) {
    if (keys.size() > 1) {
      return table.many(keys);
    }
    String key = keys.iterator().next();
    return new Rows<>(table.one(key).map(row -> Map.of(key, row)).orElseGet(Map::of), Set.of());
  }

  private void answer(
      List<Asked<R>> together,
      Duration pause,
      @Nullable Rows<R> rows,
      @Nullable Throwable failure) {
    var left = new ArrayList<Asked<R>>();
    for (Asked<R> asked : together) {
      if (rows == null) {
        asked.answer().completeExceptionally(failure);
      } else if (!rows.unread().contains(asked.key())) {
        asked.answer().complete(Optional.ofNullable(rows.found().get(asked.key())));
      } else if (isInTime(asked)) {
        left.add(asked);
      } else {
        asked.answer().completeExceptionally(new AwsFault.Throttled("The table left a key unread"));
      }
    }
    if (left.isEmpty()) {
      endTurn();
    } else {
      clock.after(pause, () -> call(left, shorter(pause.multipliedBy(2), LONGEST_PAUSE)));
    }
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }
}
