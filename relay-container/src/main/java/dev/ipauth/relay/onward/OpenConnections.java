package dev.ipauth.relay.onward;

import dev.ipauth.relay.onward.Failure.Kind;
import dev.ipauth.relay.onward.Failure.Stage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Counts the connections that are open, kept ones included, since the next hop counts them too. At
 * the limit, one that carries no message is closed for one that shall: it may be another event
 * loop's.
 *
 * <p>Thread-safe.
 */
final class OpenConnections {
  private final int limit;
  private final Duration timeout;
  private final Runnable closeIdle;
  private final Deque<CompletableFuture<Void>> waiting = new ArrayDeque<>();
  private int open;

  /**
   * None is open yet.
   *
   * @param limit 0 for none
   * @param closeIdle closes connections that carry no message
   */
  OpenConnections(int limit, Duration timeout, Runnable closeIdle) {
    this.limit = limit;
    this.timeout = timeout;
    this.closeIdle = closeIdle;
  }

  /** Completes on any thread when one more may be opened; say {@link #closed} when it is gone. */
  CompletionStage<Void> one() {
    var place = new CompletableFuture<Void>();
    synchronized (this) {
      if (limit == 0 || open < limit) {
        open++;
        return CompletableFuture.completedStage(null);
      }
      waiting.addLast(place);
    }
    closeIdle.run();
    return place
        .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
        .exceptionallyCompose(_ -> CompletableFuture.failedStage(tooMany()));
  }

  private NextHopLost tooMany() {
    return new NextHopLost(
        Stage.MAIL, Kind.PACED, "all " + limit + " connections (NEXT_HOP_CONNECTIONS) are in use");
  }

  /** Whether somebody waits for a connection to be closed. */
  synchronized boolean isWanted() {
    return waiting.stream().anyMatch(place -> !place.isDone());
  }

  void closed() {
    CompletableFuture<Void> next;
    do {
      synchronized (this) {
        next = waiting.pollFirst();
        if (next == null) {
          open--;
        }
      }
    } while (next != null && !next.complete(null));
  }
}
