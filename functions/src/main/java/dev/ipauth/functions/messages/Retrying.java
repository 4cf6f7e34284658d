package dev.ipauth.functions.messages;

import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Calls of DynamoDB that may be made twice. One that fails is made again as long as others succeed:
 * of a thousand, some nearly always fail, and the thousand would never get through whole.
 */
final class Retrying<T> {
  private static final int FAILURES_IN_A_ROW = 2 * Parallel.AT_ONCE;

  private final Queue<T> left;
  private final Consumer<T> call;
  private final AtomicInteger failedInARow = new AtomicInteger();

  private Retrying(Collection<T> all, Consumer<T> call) {
    left = new ConcurrentLinkedQueue<>(all);
    this.call = call;
  }

  /**
   * Calls for each of them, some side by side.
   *
   * @param call may have been made for one already, and only have seemed to fail
   * @throws RuntimeException of a call, when so many failed in a row that there is no point in
   *     going on; it isn't known which were made
   */
  static <T> void forEach(Collection<T> all, Consumer<T> call) {
    var retrying = new Retrying<>(all, call);
    int threads = Math.min(Parallel.AT_ONCE, all.size());
    Parallel.map(
        IntStream.range(0, threads).boxed().toList(),
        thread -> {
          retrying.work();
          return thread;
        });
  }

  /** Likewise, one after another: they would only be in each other's way. */
  static <T> void forEachInTurn(Collection<T> all, Consumer<T> call) {
    new Retrying<>(all, call).work();
  }

  /** Whoever puts one back takes one afterwards, so none is left behind. */
  private void work() {
    for (T next = left.poll(); next != null; next = left.poll()) {
      try {
        call.accept(next);
        failedInARow.set(0);
      } catch (RuntimeException e) {
        left.add(next);
        if (failedInARow.incrementAndGet() >= FAILURES_IN_A_ROW) {
          throw e;
        }
      }
    }
  }
}
