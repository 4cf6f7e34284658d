package dev.ipauth.relay.access;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Runs blocking reads, a bounded number at once. A read that doesn't get its turn within the
 * patience of whoever asked isn't begun: after an outage nobody waits behind reads that nobody
 * waits for any more.
 */
final class Reads {
  private final Executor executor;
  private final Semaphore turns;
  private final Duration patience;

  /**
   * @param executor a thread for each task, such as a virtual one
   */
  Reads(Executor executor, int atOnce, Duration patience) {
    this.executor = executor;
    this.turns = new Semaphore(atOnce, true);
    this.patience = patience;
  }

  /** Never throws: what can't be begun is a stage that failed. */
  <T> CompletionStage<T> begin(Supplier<T> read) {
    try {
      return CompletableFuture.supplyAsync(() -> inTurn(read), executor);
    } catch (RejectedExecutionException stopped) {
      return CompletableFuture.failedFuture(stopped);
    }
  }

  private <T> T inTurn(Supplier<T> read) {
    awaitTurn();
    try {
      return read.get();
    } finally {
      turns.release();
    }
  }

  private void awaitTurn() {
    try {
      if (!turns.tryAcquire(patience.toNanos(), NANOSECONDS)) {
        throw new RejectedExecutionException("Too many reads of the tables are under way");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RejectedExecutionException("The relay is stopping", e);
    }
  }
}
