package dev.ipauth.relay.access;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Time that never goes back, whatever happens to the clock on the wall. */
interface MonotonicClock {

  /** Nanoseconds since some moment, as {@link System#nanoTime}: only differences mean anything. */
  long nanos();

  /** Runs the task once, so much later or somewhat after that. */
  void after(Duration delay, Runnable task);

  /**
   * The machine's.
   *
   * @param executor runs the tasks
   */
  static MonotonicClock system(Executor executor) {
    return new MonotonicClock() {
      @Override
      public long nanos() {
        return System.nanoTime();
      }

      @Override
      public void after(Duration delay, Runnable task) {
        CompletableFuture.delayedExecutor(delay.toNanos(), NANOSECONDS, executor).execute(task);
      }
    };
  }
}
