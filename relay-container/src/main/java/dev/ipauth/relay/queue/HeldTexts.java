package dev.ipauth.relay.queue;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/**
 * Texts that are held while they pass, by the queue and by a next hop that wants them whole, under
 * one bound.
 */
public final class HeldTexts {
  private static final System.Logger LOG = System.getLogger("relay");
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** An eighth: on one machine the queue's texts are on the same disk, and the tables. */
  static final int PART_OF_DISK = 8;

  /** More of them write no faster. */
  private static final int WRITERS = 4;

  private final HeldBudget budget;
  private final HeldFiles files;

  /**
   * How much is held, and where.
   *
   * @param bytes what all of them hold in memory together
   * @param folder where what is beyond goes
   */
  public record Bounds(long bytes, Path folder) {}

  /** Holds nothing yet. */
  public HeldTexts(Bounds bounds) {
    this(bounds, TIMEOUT);
  }

  /**
   * Holds nothing yet.
   *
   * @param timeout how long a device waits for the disk before its message goes on unheld
   */
  public HeldTexts(Bounds bounds, Duration timeout) {
    this(
        new HeldBudget(bounds.bytes()),
        new HeldFiles(
            bounds.folder(),
            partOfDisk(bounds.folder()),
            writers(),
            new HeldTrouble(line -> LOG.log(Level.WARNING, line)),
            timeout));
  }

  HeldTexts(HeldBudget budget, HeldFiles files) {
    this.budget = budget;
    this.files = files;
  }

  /** The system's own: a disk that stands still would keep all virtual threads from running. */
  private static Executor writers() {
    var threads =
        new ThreadPoolExecutor(
            WRITERS,
            WRITERS,
            10,
            SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("held-", 0).factory());
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /** Of what is free now; where that isn't known, writing fails, too. */
  private static long partOfDisk(Path folder) {
    try {
      return Files.getFileStore(folder).getUsableSpace() / PART_OF_DISK;
    } catch (IOException _) {
      return Long.MAX_VALUE;
    }
  }

  /**
   * For one message.
   *
   * @param account whose it is, null when it is the relay's own
   * @param loop the event loop of its device
   */
  public HeldText hold(@Nullable String account, Executor loop) {
    return new HeldText(budget, files.of(account == null ? "" : account), loop);
  }

  /** What they hold in memory now. */
  long inMemory() {
    return budget.held();
  }
}
