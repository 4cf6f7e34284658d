package dev.ipauth.relay.queue;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.ipauth.relay.fault.Cause;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Texts as files of a folder, each named by its id. A file is written under another name, synced,
 * renamed, and the folder is synced: after a power cut it is there whole or not at all.
 */
final class FolderTexts implements Texts {
  private static final Pattern ID = Pattern.compile("[0-9A-Za-z]{1,64}");
  private static final String UNFINISHED = ".part";
  private static final String LOCK = ".lock";
  private static final int PIECE = 1 << 16;

  /** File systems on which a sync or a rename doesn't mean what it means on a local disk. */
  private static final Set<String> UNSAFE = Set.of("nfs", "nfs4", "cifs", "smb2", "smb3", "9p");

  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<?> FOLDER_OF_OWNER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path folder;
  private final FolderLock lock;

  private FolderTexts(Path folder, FolderLock lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * Uses this folder, and makes it where it isn't there.
   *
   * @throws IllegalArgumentException with a sentence for the operator when it can't be used
   */
  static FolderTexts in(Path folder) {
    try {
      make(folder);
      refuseUnsafe(folder, Files.getFileStore(folder).type().toLowerCase(Locale.ROOT));
      Path probe = Files.createTempFile(folder, "probe", UNFINISHED, OWNER_ONLY);
      Files.delete(probe);
      return new FolderTexts(folder, FolderLock.of(folder.resolve(LOCK)));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "QUEUE_TEXTS: the folder " + folder + " can't be written to: " + Cause.inWords(e), e);
    }
  }

  /** A folder that is new lasts only when the one above it is synced, and so what is in it. */
  private static void make(Path folder) throws IOException {
    Path above = folder.toAbsolutePath().getParent();
    if (above != null && Files.notExists(folder)) {
      make(above);
      Files.createDirectories(folder, FOLDER_OF_OWNER);
      sync(above);
    }
  }

  /**
   * @param type of its file system, in lower case
   */
  static void refuseUnsafe(Path folder, String type) {
    if (UNSAFE.contains(type) || type.startsWith("fuse")) {
      throw new IllegalArgumentException(
          "QUEUE_TEXTS: the folder "
              + folder
              + " is on "
              + type
              + ", which doesn't keep what it says it has kept; use a local disk");
    }
  }

  @Override
  public void put(String id, Content content) throws IOException {
    Path unfinished = folder.resolve(name(id) + UNFINISHED);
    try {
      Files.deleteIfExists(unfinished);
      write(unfinished, content);
      Files.move(unfinished, folder.resolve(id), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(unfinished);
      throw e;
    }
    sync(folder);
  }

  private static void write(Path file, Content content) throws IOException {
    try (FileChannel out = FileChannel.open(file, Set.of(CREATE_NEW, WRITE), OWNER_ONLY);
        InputStream in = content.open()) {
      byte[] piece = new byte[Math.clamp(content.length(), 1, PIECE)];
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        var octets = ByteBuffer.wrap(piece, 0, read);
        while (octets.hasRemaining()) {
          out.write(octets);
        }
      }
      out.force(true);
    }
  }

  /** A rename lasts only when its folder is synced. */
  private static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, READ)) {
      channel.force(true);
    }
  }

  @Override
  public InputStream open(String id) throws IOException {
    try {
      return Files.newInputStream(folder.resolve(name(id)));
    } catch (NoSuchFileException e) {
      throw new FileNotFoundException(e.getMessage());
    }
  }

  @Override
  public void delete(String id) throws IOException {
    // What is unfinished was found under its name here.
    Files.deleteIfExists(folder.resolve(NAME.matcher(id).matches() ? id : name(id)));
  }

  @Override
  public void forEach(Consumer<Found> each) throws IOException {
    try (var files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        look(file, each);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private static void look(Path file, Consumer<Found> each) throws IOException {
    try {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      String name = file.getFileName().toString();
      if (attributes.isRegularFile() && NAME.matcher(name).matches()) {
        each.accept(new Found(name, attributes.lastModifiedTime().toInstant(), attributes.size()));
      }
    } catch (NoSuchFileException _) {
      // It was delivered, or finished, in the meantime.
    }
  }

  @Override
  public boolean hasRoomFor(long length) throws IOException {
    return Files.getFileStore(folder).getUsableSpace() > length;
  }

  /** A row may be damaged: what it names as its id must not lead out of the folder. */
  private static String name(String id) throws IOException {
    if (!ID.matcher(id).matches()) {
      throw new IOException("No text has the id " + id);
    }
    return id;
  }

  @Override
  public boolean isAlone() {
    return lock.wasAlone();
  }

  @Override
  public void close() {
    lock.close();
  }
}
