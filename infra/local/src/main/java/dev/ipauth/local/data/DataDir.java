package dev.ipauth.local.data;

import dev.ipauth.settings.BadSettings;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * {@code DATA_DIR}, held by this process alone: two platforms that write the same files would each
 * break the other's promises. The operating system lets go of it however the process ends. Nobody
 * but its owner may look into it.
 */
public final class DataDir implements AutoCloseable {
  /** The name of the socket that commands reach its holder by. */
  public static final String SOCKET = "socket";

  private static final String TEMPORARY = ".backup";

  /** A name that Java gave one, and those that SQLite puts beside it. */
  private static final Pattern LEFT_TEMPORARY =
      Pattern.compile(Pattern.quote(TEMPORARY) + "\\d+\\.tmp(-journal|-wal|-shm)?");

  private static final Pattern LEFT_HELD = Pattern.compile("held-\\d+");
  private static final String OWNERS_FOLDER = "rwx------";
  static final FileAttribute<?> OWNERS_ALONE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNERS_FOLDER));
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
    return holdIfFree(setting)
        .orElseThrow(
            () -> bad(Path.of(setting), "Another platform, or a command, is using it; stop that."));
  }

  /**
   * The same.
   *
   * @return empty when another process has it
   * @throws BadSettings when it can't be used
   */
  public static Optional<DataDir> holdIfFree(String setting) {
    try {
      Path wanted = Path.of(setting).toAbsolutePath();
      refuseOtherMachines(wanted, Files.getFileStore(nearest(wanted)).type());
      Path folder = make(wanted).toRealPath();
      refuseEarlierVersion(folder);
      FileChannel channel =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!isOurs(channel)) {
        channel.close();
        return Optional.empty();
      }
      deleteTemporary(folder);
      closeToOthers(folder);
      var held = new DataDir(folder, channel);
      Restoration.finish(held);
      return Optional.of(held);
    } catch (IOException | InvalidPathException e) {
      throw new BadSettings(
          List.of(
              "DATA_DIR=%s can't be used (%s). Write a folder that can be written to."
                  .formatted(setting, why(e))));
    }
  }

  /** A folder that is new lasts only when the one above it is synced, and so what is in it. */
  private static Path make(Path wanted) throws IOException {
    Path above = wanted.getParent();
    if (above != null && Files.notExists(wanted)) {
      make(above);
      Files.createDirectories(wanted, OWNERS_ALONE);
      SecretFile.sync(above);
    }
    return Files.createDirectories(wanted, OWNERS_ALONE);
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
    String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
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
    for (Path file : entries(folder)) {
      boolean isFolder = Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS);
      if (isFolder || Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        try {
          allow(file, isFolder ? OWNERS_FOLDER : OWNERS_FILE);
        } catch (FileSystemException e) {
          if (isOfItsOwner(file, folder)) {
            throw e;
          }
          // What somebody else has put there is theirs to change.
        }
      }
    }
  }

  /** What is in it, but for what belongs to the file system: it may be a whole volume. */
  private static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> !file.endsWith("lost+found")).toList();
    }
  }

  private static void allow(Path path, String permissions) throws IOException {
    var view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
    if (view != null) {
      view.setPermissions(PosixFilePermissions.fromString(permissions));
    }
  }

  Path path() {
    return folder;
  }

  /** Whether anything is kept in it that a restored copy would take the place of. */
  public boolean isInUse() {
    return Stream.of(tables(), pepper(), keyFile()).anyMatch(Files::exists);
  }

  Path keyFile() {
    return folder.resolve("keys");
  }

  /** Where commands reach the process that holds it. */
  public Path socket() {
    return folder.resolve(SOCKET);
  }

  /**
   * A new, empty file that no other call gets. What a process leaves of it when it is killed goes
   * when the next takes hold of the folder.
   */
  Path temporary() throws IOException {
    // Mode 0600, as every temporary file of Java's.
    return Files.createTempFile(folder, TEMPORARY, ".tmp");
  }

  private static void deleteTemporary(Path folder) throws IOException {
    for (Path file : entries(folder)) {
      if (isLeft(file, LEFT_TEMPORARY)) {
        Files.delete(file);
      }
    }
  }

  public Path tables() {
    return folder.resolve("tables.db");
  }

  /** The texts of what is kept until it is delivered. */
  public Path queue() {
    return folder.resolve("queue");
  }

  /**
   * Where texts are held while they pass, in files that have their names for a moment only: those
   * of a process that was killed in that moment are deleted.
   */
  public Path held() throws IOException {
    Path held = Files.createDirectories(folder.resolve("held"), OWNERS_ALONE);
    // Where a link leads to may be somebody else's.
    if (Files.isDirectory(held, LinkOption.NOFOLLOW_LINKS)) {
      for (Path file : entries(held)) {
        if (isLeft(file, LEFT_HELD)) {
          Files.delete(file);
        }
      }
    }
    return held;
  }

  private static boolean isLeft(Path file, Pattern name) {
    return name.matcher(file.getFileName().toString()).matches()
        && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
  }

  /** Event lines that aren't recorded yet. */
  public Path lines() throws IOException {
    return Files.createDirectories(folder.resolve("lines"), OWNERS_ALONE);
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
    try {
      return KeyRing.in(keyFile());
    } catch (IOException e) {
      throw new BadSettings(List.of(keyFile() + " can't be read: " + e.getMessage()));
    }
  }

  /**
   * What root has made in a folder of somebody else's is theirs: they have to be able to use it.
   */
  private void giveToItsOwner() throws IOException {
    for (Path file : entries(folder)) {
      give(file);
      if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS) && isOfItsOwner(file, folder)) {
        for (Path inside : entries(file)) {
          give(inside);
        }
      }
    }
  }

  private void give(Path file) throws IOException {
    if (!isOfItsOwner(file, folder)) {
      try {
        Files.getFileAttributeView(file, FileOwnerAttributeView.class, LinkOption.NOFOLLOW_LINKS)
            .setOwner(Files.getOwner(folder));
      } catch (FileSystemException _) {
        // Only root can; what somebody else has put there stays theirs.
      }
    }
  }

  private static boolean isOfItsOwner(Path file, Path folder) throws IOException {
    return Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(folder));
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      giveToItsOwner();
    }
  }
}
