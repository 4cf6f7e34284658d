package dev.ipauth.relay.queue;

import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * What nobody waits for and the table or the texts can't do now: it is done when they are back, as
 * long as this process lives. One after another, so that a table that is away is asked once in a
 * while and not by everything that waits for it. Thread-safe.
 */
final class DeferredWork {
  private static final System.Logger LOG = System.getLogger("relay");

  static final int MOST = 1000;

  /** Of all of them; each holds its message's, of which one may take a kilobyte and more. */
  static final int MOST_RECIPIENTS = 5000;

  private final Executor threads;
  private final Backoff backoff;
  private final UnderWay underWay;
  private final Deque<Work> works = new ArrayDeque<>();
  private boolean isRunning;

  /** What isn't done yet, that which is being done included. */
  private int left;

  private int recipientsLeft;

  private record Work(String id, int recipients, Runnable what) {}

  /**
   * @param threads where it is done
   * @param underWay is told of each message until it is done
   */
  DeferredWork(Executor threads, Backoff backoff, UnderWay underWay) {
    this.threads = threads;
    this.backoff = backoff;
    this.underWay = underWay;
  }

  /** One more, which doesn't wait for what this one waits for. */
  DeferredWork another() {
    return new DeferredWork(threads, backoff, underWay);
  }

  /**
   * Does this, and again for as long as it throws an {@link SdkException} or an {@link
   * UncheckedIOException}.
   *
   * @param id of the message that it is about
   * @param recipients of that message
   */
  void add(String id, int recipients, Runnable what) {
    underWay.begin(id);
    if (begins(new Work(id, recipients, what))) {
      try {
        threads.execute(this::run);
      } catch (RejectedExecutionException e) {
        LOG.log(Level.DEBUG, "The relay ends", e);
      }
    }
  }

  /** Does this at once, and later where the table can't. Blocking. */
  void nowOrLater(String id, int recipients, Runnable what) {
    try {
      what.run();
    } catch (SdkException _) {
      add(id, recipients, what);
    }
  }

  /** So much waits already that nothing should be begun that may have to be taken back. */
  synchronized boolean isFull() {
    return left >= MOST || recipientsLeft >= MOST_RECIPIENTS;
  }

  private synchronized boolean begins(Work work) {
    works.add(work);
    left++;
    recipientsLeft += work.recipients();
    boolean first = !isRunning;
    isRunning = true;
    return first;
  }

  private synchronized @Nullable Work next() {
    Work work = works.poll();
    isRunning = work != null;
    return work;
  }

  private synchronized void done(Work work) {
    left--;
    recipientsLeft -= work.recipients();
  }

  private synchronized void again(Work work) {
    works.add(work);
  }

  private void run() {
    Duration pause = backoff.first();
    for (Work work = next(); work != null; work = next()) {
      if (isDone(work.what())) {
        done(work);
        underWay.end(work.id());
        pause = backoff.first();
      } else {
        again(work);
        if (isInterrupted(pause)) {
          return;
        }
        pause = backoff.longer(pause);
      }
    }
  }

  private static boolean isDone(Runnable what) {
    try {
      what.run();
    } catch (SdkException | UncheckedIOException _) {
      return false;
    } catch (RuntimeException | Error e) {
      LOG.log(Level.ERROR, "Deferred work failed", e);
    }
    return true;
  }

  private static boolean isInterrupted(Duration pause) {
    try {
      Thread.sleep(pause);
      return false;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
