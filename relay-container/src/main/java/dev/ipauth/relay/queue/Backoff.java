package dev.ipauth.relay.queue;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Does again what the table couldn't, as long as it is worth it. Every write of a message has a
 * condition on its row's version, so one that was done although its answer was lost isn't done
 * twice. Blocking, so not for an event loop.
 *
 * @param first how long to wait after the first failure; from then on twice as long each time
 * @param longest how long to wait at most
 */
record Backoff(Duration first, Duration longest) {
  static final Backoff USUAL = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(5));

  /** Worth one try and no more. */
  static final BooleanSupplier ONE_TRY = () -> true;

  /** What the table is asked for. */
  interface Work<T, E extends Exception> {
    T get() throws E;
  }

  /**
   * Does it until the table answers.
   *
   * @param over whether another try isn't worth it
   * @throws SdkException what the last try failed with
   */
  <T, E extends Exception> T until(BooleanSupplier over, Work<T, E> work) throws E {
    return repeat(pause -> isOverAfter(pause, over), work);
  }

  /**
   * The same, and the wait for the next try ends at once when it isn't worth it any more.
   *
   * @param over done when another try isn't worth it
   */
  <T, E extends Exception> T until(Future<?> over, Work<T, E> work) throws E {
    return repeat(pause -> isDoneWithin(pause, over), work);
  }

  private <T, E extends Exception> T repeat(Predicate<Duration> isOverAfter, Work<T, E> work)
      throws E {
    Duration pause = first;
    while (true) {
      try {
        return work.get();
      } catch (SdkException e) {
        if (isOverAfter.test(pause)) {
          throw e;
        }
        pause = longer(pause);
      }
    }
  }

  private static boolean isOverAfter(Duration pause, BooleanSupplier over) {
    try {
      if (!over.getAsBoolean()) {
        Thread.sleep(pause);
      }
      return over.getAsBoolean();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private static boolean isDoneWithin(Duration pause, Future<?> over) {
    try {
      over.get(pause.toMillis(), MILLISECONDS);
      return true;
    } catch (TimeoutException _) {
      return false;
    } catch (ExecutionException _) {
      return true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(longest) < 0 ? twice : longest;
  }
}
