package dev.ipauth.local;

import dev.ipauth.settings.BadSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The hold on {@code DATA_DIR}: two platforms that write the same files would each break the
 * other's promises. The operating system lets go of it however the process ends.
 */
final class DataDir implements AutoCloseable {
  private final @Nullable FileChannel channel;

  private DataDir(@Nullable FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes hold of it.
   *
   * @param folder null when the tables are in memory, which is nobody else's
   * @throws BadSettings when another platform has it
   */
  static DataDir hold(@Nullable Path folder) {
    if (folder == null) {
      return new DataDir(null);
    }
    try {
      FileChannel channel =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (isOurs(channel)) {
        return new DataDir(channel);
      }
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("DATA_DIR=" + folder + " can't be locked", e);
    }
    throw new BadSettings(
        List.of(
            "DATA_DIR="
                + folder
                + " can't be used. Another platform is running on it; stop that."));
  }

  private static boolean isOurs(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException _) {
      return false;
    }
  }

  @Override
  public void close() {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
