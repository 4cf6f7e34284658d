package dev.ipauth.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Properties;

/**
 * The file of a database: made for its owner alone, and looked at before anything in it is touched.
 */
final class DatabaseFile {
  static final int FORMAT = 1;

  /** SQLite keeps it in the header, so that {@code file} and we know whose database it is. */
  static final int APPLICATION = 0x49704174;

  private static final int HEADER = 100;
  private static final int FORMAT_AT = 60;
  private static final int APPLICATION_AT = 68;
  private static final String WHOLE = "ok";

  /** Read whole at every start, in about a second. */
  private static final long ALWAYS_READ = 256L << 20;

  private final Path file;

  DatabaseFile(Path file) {
    this.file = file;
  }

  /**
   * Makes it if it isn't there. All of a large one is looked at only after a process that didn't
   * close it, since that takes seconds for each gigabyte.
   *
   * @throws UnusableDatabase when it isn't ours, is of a newer format, or is damaged; it is as it
   *     was then
   */
  void prepare() {
    use(
        () -> {
          if (Files.notExists(file)) {
            make();
          } else if (Files.size(file) > 0) {
            checkHeader();
            if (Files.size(file) <= ALWAYS_READ || !wasClosedInOrder()) {
              checkWhole();
            }
          }
        });
  }

  /**
   * Looks at all of one that has to be there.
   *
   * @throws UnusableDatabase likewise
   */
  void refuseDamaged() {
    use(
        () -> {
          checkHeader();
          checkWhole();
        });
  }

  private interface Use {
    void run() throws IOException, SQLException;
  }

  private void use(Use use) {
    try {
      use.run();
    } catch (IOException e) {
      throw new UnusableDatabase(file + " can't be opened: " + e.getMessage(), e);
    } catch (SQLException e) {
      throw new UnusableDatabase(file + " is damaged: " + e.getMessage(), e);
    }
  }

  /** SQLite gives its other files the mode of this one. */
  private void make() throws IOException {
    try {
      Files.createFile(file, ownersAlone());
    } catch (FileAlreadyExistsException _) {
      return;
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null && ownersAlone().length > 0) {
      try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
        entries.force(true);
      }
    }
  }

  private static FileAttribute<?>[] ownersAlone() {
    boolean isPosix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    return isPosix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  private void checkHeader() throws IOException {
    ByteBuffer header = ByteBuffer.allocate(HEADER);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (header.hasRemaining() && channel.read(header) >= 0) {
        // Until it is whole, or the file ends.
      }
    }
    byte[] magic = new byte[15];
    header.flip();
    if (header.remaining() < HEADER) {
      throw new UnusableDatabase(file + " is damaged: it is too short for a database.");
    }
    header.get(magic);
    if (!new String(magic, java.nio.charset.StandardCharsets.US_ASCII).equals("SQLite format 3")) {
      throw new UnusableDatabase(file + " is damaged, or no database: it doesn't begin as one.");
    }
    int application = header.getInt(APPLICATION_AT);
    if (application != APPLICATION && application != 0) {
      throw new UnusableDatabase(file + " is a database of another program.");
    }
    int format = header.getInt(FORMAT_AT);
    if (format > FORMAT) {
      throw new UnusableDatabase(
          "%s was made by a newer version of this program (format %s; this one knows %s). Start that version."
              .formatted(file, format, FORMAT));
    }
  }

  /** SQLite deletes the log when the last connection is closed. */
  private boolean wasClosedInOrder() {
    return Files.notExists(file.resolveSibling(file.getFileName() + "-wal"));
  }

  /** Read-only, so that nothing of a damaged one is changed, its log included. */
  private void checkWhole() throws SQLException {
    var readOnly = new Properties();
    readOnly.setProperty("open_mode", Integer.toString(org.sqlite.SQLiteOpenMode.READONLY.flag));
    try (Sql sql = new Sql(connection(readOnly))) {
      List<String> faults =
          sql.list(Sql.Statement.of("PRAGMA quick_check(1)"), row -> row.getString(1));
      if (!faults.equals(List.of(WHOLE))) {
        throw new UnusableDatabase(
            file + " is damaged: " + faults.getFirst().replaceAll("\\s+", " "));
      }
    }
  }

  private Connection connection(Properties properties) throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + file.toAbsolutePath(), properties);
  }
}
