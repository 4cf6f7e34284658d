package dev.ipauth.local.data;

import dev.ipauth.settings.BadSettings;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;

/**
 * {@code DATA_DIR}, held by this process alone: two platforms that write the same files would each
 * break the other's promises. The operating system lets go of it however the process ends. Nobody
 * but its owner may look into it.
 */
public final class DataDir implements AutoCloseable {
  private static final String OWNERS_FOLDER = "rwx------";
  private static final String OWNERS_FILE = "rw-------";
  // Locks and syncs aren't to be relied upon there.
  private static final List<String> NOT_LOCAL = List.of("nfs", "cifs", "smb", "9p", "fuse");

  private final Path folder;
  private final FileChannel channel;

  private DataDir(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /**
   * Makes it if it isn't there, and takes hold of it.
   *
   * @throws BadSettings when it can't be used
   */
  public static DataDir hold(String setting) {
    try {
      Path wanted = Path.of(setting).toAbsolutePath();
      refuseOtherMachines(wanted, Files.getFileStore(nearest(wanted)).type());
      Path folder = Files.createDirectories(wanted).toRealPath();
      refuseEarlierVersion(folder);
      FileChannel channel =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!isOurs(channel)) {
        channel.close();
        throw bad(folder, "Another platform is running on it; stop that.");
      }
      closeToOthers(folder);
      return new DataDir(folder, channel);
    } catch (IOException | InvalidPathException e) {
      throw new BadSettings(
          List.of(
              "DATA_DIR=%s can't be used (%s). Write a folder that can be written to."
                  .formatted(setting, why(e))));
    }
  }

  /** The folder itself, or the one above in which it would be made. */
  private static Path nearest(Path folder) {
    Path there = folder;
    while (Files.notExists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    return there;
  }

  /** Java says the path, and not always more. */
  private static String why(Exception e) {
    String kind = e.getClass().getSimpleName().replace("Exception", "");
    String reason =
        e instanceof java.nio.file.FileSystemException f ? f.getReason() : e.getMessage();
    return reason == null
        ? kind.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT)
        : reason;
  }

  static void refuseOtherMachines(Path folder, String fileSystem) {
    if (NOT_LOCAL.stream().anyMatch(fileSystem.toLowerCase(Locale.ROOT)::startsWith)) {
      throw bad(
          folder,
          "It is on %s, where what was written can be lost. Write a folder on a disk of this machine."
              .formatted(fileSystem));
    }
  }

  private static void refuseEarlierVersion(Path folder) {
    Path earlier = folder.resolve("shared-local-instance.db");
    if (Files.exists(earlier)) {
      throw bad(
          folder,
          "Its tables (%s) are of an earlier version, in a format that isn't read any more. Write a new folder."
              .formatted(earlier.getFileName()));
    }
  }

  private static BadSettings bad(Path folder, String why) {
    return new BadSettings(List.of("DATA_DIR=" + folder + " can't be used. " + why));
  }

  private static boolean isOurs(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException _) {
      return false;
    }
  }

  private static void closeToOthers(Path folder) throws IOException {
    allow(folder, OWNERS_FOLDER);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          allow(file, OWNERS_FILE);
        } else if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
          allow(file, OWNERS_FOLDER);
        }
      }
    }
  }

  private static void allow(Path path, String permissions) throws IOException {
    var view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
    if (view != null) {
      view.setPermissions(PosixFilePermissions.fromString(permissions));
    }
  }

  public Path tables() {
    return folder.resolve("tables.db");
  }

  /** The texts of what is kept until it is delivered. */
  public Path queue() {
    return folder.resolve("queue");
  }

  public Path pepper() {
    return folder.resolve("password-pepper");
  }

  /**
   * The accounts' keys.
   *
   * @throws BadSettings when they can't be read
   */
  public KeyRing keys() {
    Path file = folder.resolve("keys");
    try {
      return KeyRing.in(file);
    } catch (IOException e) {
      throw new BadSettings(List.of(file + " can't be read: " + e.getMessage()));
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
