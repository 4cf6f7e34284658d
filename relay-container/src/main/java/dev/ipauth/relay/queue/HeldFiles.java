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

  private final Path folder;
  private final Executor threads;
  private final Outcomes outcomes;
  private final Duration timeout;
  private final HeldBudget waiting;
  private final FairBudget<String> onDisk;
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
        "");
  }

  private HeldFiles(
      Path folder,
      Executor threads,
      Outcomes outcomes,
      Duration timeout,
      HeldBudget waiting,
      FairBudget<String> onDisk,
      String account) {
    this.folder = folder;
    this.threads = threads;
    this.outcomes = outcomes;
    this.timeout = timeout;
    this.waiting = waiting;
    this.onDisk = onDisk;
    this.account = account;
  }

  /** The same for an account's texts, which take no more of the disk than they leave to others. */
  HeldFiles of(String accountId) {
    return new HeldFiles(folder, threads, outcomes, timeout, waiting, onDisk, accountId);
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

  /** Whether that much more may be on the disk. */
  boolean takeRoom(int octets) {
    return onDisk.take(account, octets);
  }

  void giveRoomBack(long octets) {
    onDisk.giveBack(account, octets);
  }

  FileChannel open() throws IOException {
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    Path file = Files.createTempFile(folder, "held-", "", ownerOnly);
    // The JDK unlinks at once what is deleted on closing, where the system allows it.
    FileChannel channel = FileChannel.open(file, READ, WRITE, DELETE_ON_CLOSE);
    Files.deleteIfExists(file);
    return channel;
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

  void close(FileChannel file) {
    try {
      file.close();
    } catch (IOException e) {
      outcomes.failed(e);
    }
  }
}
