package dev.ipauth.relay.operation;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What is done again and again beside the mail. A chore that fails, in whatever way, is done again
 * at its next time: the JDK's own schedulers drop a task at its first exception without a word.
 */
public final class Chores implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("relay");

  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("chores").factory());

  /**
   * Does it from now on, so long after its last end; the first time so long after now.
   *
   * @param name says in the log which chore failed, such as 'Looking for a new certificate'
   * @param chore may block; the others wait meanwhile
   */
  public void every(Duration pause, String name, Runnable chore) {
    clock.scheduleWithFixedDelay(
        () -> tryTo(name, chore), pause.toNanos(), pause.toNanos(), NANOSECONDS);
  }

  private static void tryTo(String name, Runnable chore) {
    try {
      chore.run();
    } catch (RuntimeException | LinkageError | AssertionError failure) {
      LOG.log(Level.ERROR, name + " failed, and will be tried again", failure);
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
