package dev.ipauth.relay.queue;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Tells a process whether it was the first to use a folder: while one does, it shares a lock that
 * ends with it, however it ends.
 */
final class FolderLock implements AutoCloseable {
  private final FileChannel file;
  private final boolean alone;

  private FolderLock(FileChannel file, boolean alone) {
    this.file = file;
    this.alone = alone;
  }

  static FolderLock of(Path path) throws IOException {
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    FileChannel file = FileChannel.open(path, Set.of(CREATE, READ, WRITE), ownerOnly);
    try {
      return new FolderLock(file, shares(file));
    } catch (OverlappingFileLockException _) {
      // Another relay of this very process.
      return new FolderLock(file, false);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /** Whoever gets the lock for itself is alone; a shared one then tells those who come later. */
  private static boolean shares(FileChannel file) throws IOException {
    FileLock own = file.tryLock();
    if (own != null) {
      own.release();
    }
    file.lock(0, Long.MAX_VALUE, true);
    return own != null;
  }

  boolean wasAlone() {
    return alone;
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
