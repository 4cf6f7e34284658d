package dev.ipauth.relay.operation;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What is done again and again beside the mail. A chore that fails, in whatever way, is done again
 * at its next time: the JDK's own schedulers drop a task at its first exception without a word.
 */
public final class Chores implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("relay");

  /** One for each, so that a disk or a table that stands still stops none of the others. */
  private final List<ScheduledExecutorService> clocks = new CopyOnWriteArrayList<>();

  /**
   * Does it from now on, so long after its last end; the first time so long after now.
   *
   * @param name says in the log which chore failed, such as 'Looking for a new certificate'
   * @param chore may block; is never done twice at once
   */
  public void every(Duration pause, String name, Runnable chore) {
    var clock =
        Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("chore").factory());
    clocks.add(clock);
    var _ =
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
    clocks.forEach(ScheduledExecutorService::shutdownNow);
  }
}
