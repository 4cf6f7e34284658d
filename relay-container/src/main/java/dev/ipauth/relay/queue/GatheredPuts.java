package dev.ipauth.relay.queue;

import dev.ipauth.tables.QueuedMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * New rows, put together where they are put at the same time: a request costs the relay about the
 * same for one row as for many, and is half of what it costs to keep a message.
 *
 * <p>A row that finds a write free is put at once, alone. While as many writes are under way as may
 * be, rows wait, and all that wait go in one transaction as soon as a write ends. So the table's
 * own pace decides how many go together, and nobody waits for somebody who might come.
 *
 * <p>Whatever a transaction fails with, each of its rows is put alone then, by the thread that
 * asked for it: one row's trouble isn't another's. When any write fails, so are the rows that wait
 * at that moment: nobody waits more than once for a table that is away before their own is tried.
 *
 * <p>Thread-safe.
 */
final class GatheredPuts {
  /** DynamoDB takes a hundred rows and 4 MB in a transaction. */
  static final int TOGETHER = 25;

  /** Recipients of a message whose row is some 20 KB at most. */
  static final int SMALL = 10;

  static final int AT_ONCE = 2;

  private final Rows rows;
  private final Semaphore free = new Semaphore(AT_ONCE);
  private final ConcurrentLinkedQueue<Waiting> waiting = new ConcurrentLinkedQueue<>();

  /** Where rows are put. Both block. */
  interface Rows {
    /**
     * Puts one.
     *
     * @return false when another row of its id is there
     * @throws SdkException when the outcome isn't known
     */
    boolean put(QueuedMessage message);

    /**
     * Puts all of these or none.
     *
     * @throws SdkException when they aren't put, or the outcome isn't known
     */
    void putTogether(List<QueuedMessage> messages);
  }

  /**
   * A row whose thread waits.
   *
   * @param outcome what that thread does to learn it
   */
  private record Waiting(QueuedMessage message, CompletableFuture<BooleanSupplier> outcome) {
    void hear(BooleanSupplier of) {
      outcome.complete(of);
    }
  }

  GatheredPuts(Rows rows) {
    this.rows = rows;
  }

  /** As {@link Rows#put}. */
  boolean put(QueuedMessage message) {
    if (message.recipients().size() > SMALL) {
      return rows.put(message);
    }
    var own = new Waiting(message, new CompletableFuture<>());
    waiting.add(own);
    if (free.tryAcquire()) {
      putNext();
    }
    return own.outcome().join().getAsBoolean();
  }

  /** Puts what waits. What has come meanwhile is another thread's: this one has its answer. */
  private void putNext() {
    try {
      putAll(next());
    } finally {
      free.release();
      if (!waiting.isEmpty() && free.tryAcquire()) {
        Thread.startVirtualThread(this::putNext);
      }
    }
  }

  private List<Waiting> next() {
    var next = new ArrayList<Waiting>();
    take(next, TOGETHER);
    return next;
  }

  private void take(List<Waiting> batch, int most) {
    Waiting one = batch.size() < most ? waiting.poll() : null;
    while (one != null) {
      batch.add(one);
      one = batch.size() < most ? waiting.poll() : null;
    }
  }

  private void putAll(List<Waiting> batch) {
    try {
      if (batch.size() > 1) {
        rows.putTogether(batch.stream().map(Waiting::message).toList());
        batch.forEach(one -> one.hear(() -> true));
      } else if (!batch.isEmpty()) {
        boolean isPut = rows.put(batch.getFirst().message());
        batch.getFirst().hear(() -> isPut);
      }
    } catch (RuntimeException e) {
      if (batch.size() == 1) {
        batch.getFirst().hear(failure(e));
      }
      take(batch, Integer.MAX_VALUE);
    } finally {
      // Those that have heard of theirs don't hear this.
      batch.forEach(one -> one.hear(() -> rows.put(one.message())));
    }
  }

  private static BooleanSupplier failure(RuntimeException e) {
    return () -> {
      throw e;
    };
  }
}
