package dev.ipauth.relay.access;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Time by two clocks, for ages that must never be taken for less than they are. */
interface LookupClock {

  /**
   * A moment as both clocks show it; only differences mean anything.
   *
   * @param monotonic nanoseconds, as {@link System#nanoTime}: never goes back, and stands still
   *     while the machine is suspended
   * @param wall nanoseconds of the time of day, which may be set back and forth
   */
  record Moment(long monotonic, long wall) {

    /** Nanoseconds from this moment to a later one: the larger of what the two clocks say. */
    long until(Moment later) {
      return Math.max(later.monotonic - monotonic, later.wall - wall);
    }
  }

  Moment now();

  /** Runs the task once, so much later or somewhat after that. */
  void after(Duration delay, Runnable task);

  /**
   * The machine's.
   *
   * @param executor runs the tasks
   */
  static LookupClock system(Executor executor) {
    return new LookupClock() {
      @Override
      public Moment now() {
        return new Moment(System.nanoTime(), MILLISECONDS.toNanos(System.currentTimeMillis()));
      }

      @Override
      public void after(Duration delay, Runnable task) {
        CompletableFuture.delayedExecutor(delay.toNanos(), NANOSECONDS, executor).execute(task);
      }
    };
  }
}
