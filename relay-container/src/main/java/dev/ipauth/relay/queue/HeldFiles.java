package dev.ipauth.relay.queue;

import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.ipauth.relay.budget.FairBudget;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * Files without a name on the disk that {@code QUEUE_HELD_DIR} names: nobody else can open them,
 * and whatever ends the process, they are gone.
 */
final class HeldFiles {
  /** What waits to be written, of all texts together: a disk that stands still isn't waited for. */
  private static final long WAITING = 16 << 20;

  /** So one account leaves a tenth of the room to the others. */
  private static final int TIMES_WHAT_IS_FREE = 9;

  /** Octets in files that wait for another text. */
  private static final long MOST_SPARE = 64 << 20;

  private final Path folder;
  private final Executor threads;
  private final Outcomes outcomes;
  private final Duration timeout;
  private final HeldBudget waiting;
  private final FairBudget<String> onDisk;
  private final SpareFiles spares;
  private final String account;

  /**
   * @param most octets in all files together
   * @param threads where files are written
   * @param outcomes hears whether texts can be held
   * @param timeout how long a device waits for the disk before its message goes on unheld
   */
  HeldFiles(Path folder, long most, Executor threads, Outcomes outcomes, Duration timeout) {
    this(
        folder,
        threads,
        outcomes,
        timeout,
        new HeldBudget(WAITING),
        new FairBudget<>(most, TIMES_WHAT_IS_FREE),
        new SpareFiles(Math.min(MOST_SPARE, most / TIMES_WHAT_IS_FREE), threads),
        "");
  }

  private HeldFiles(
      Path folder,
      Executor threads,
      Outcomes outcomes,
      Duration timeout,
      HeldBudget waiting,
      FairBudget<String> onDisk,
      SpareFiles spares,
      String account) {
    this.folder = folder;
    this.threads = threads;
    this.outcomes = outcomes;
    this.timeout = timeout;
    this.waiting = waiting;
    this.onDisk = onDisk;
    this.spares = spares;
    this.account = account;
  }

  /** The same for an account's texts, which take no more of the disk than they leave to others. */
  HeldFiles of(String accountId) {
    return new HeldFiles(folder, threads, outcomes, timeout, waiting, onDisk, spares, accountId);
  }

  Duration timeout() {
    return timeout;
  }

  Executor threads() {
    return threads;
  }

  /** Whether that much more may wait to be written. */
  boolean take(int octets) {
    return waiting.take(octets);
  }

  void giveBack(int octets) {
    waiting.giveBack(octets);
  }

  /** Whether so much waits to be written that no text may have much more of it than others. */
  boolean manyWait() {
    return waiting.held() > WAITING / 4;
  }

  /** Whether that much more may be on the disk. */
  boolean takeRoom(int octets) {
    return onDisk.take(account, octets);
  }

  void giveRoomBack(long octets) {
    onDisk.giveBack(account, octets);
  }

  /** A file to write from its start on, which may hold another text still. */
  FileChannel open() throws IOException {
    FileChannel spare = spares.take();
    return spare == null ? create() : spare.position(0);
  }

  private FileChannel create() throws IOException {
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    Path file = Files.createTempFile(folder, "held-", "", ownerOnly);
    // The JDK unlinks at once what is deleted on closing, where the system allows it.
    FileChannel channel = FileChannel.open(file, READ, WRITE, DELETE_ON_CLOSE);
    Files.deleteIfExists(file);
    return channel;
  }

  /** Takes back a file that a text needs no longer. */
  void leave(FileChannel file) {
    try {
      spares.keep(file);
    } catch (IOException e) {
      outcomes.failed(e);
    }
  }

  /** Takes back one that can't be written. */
  void close(FileChannel file) {
    try {
      file.close();
    } catch (IOException e) {
      outcomes.failed(e);
    }
  }

  /** Hears of each write whether it could be done. */
  interface Outcomes {
    void failed(IOException why);

    default void worked() {}
  }

  void worked() {
    outcomes.worked();
  }

  void failed(Exception why) {
    outcomes.failed(why instanceof IOException io ? io : new IOException(why));
  }
}
