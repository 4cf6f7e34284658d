package dev.ipauth.embedded;

import dev.ipauth.embedded.values.Refusals;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Deque;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The connections to one database of SQLite: one that writes, and a few that read beside it. A
 * database in memory has but the one, which takes turns.
 */
final class Database implements AutoCloseable {
  private static final int READERS = 4;
  private static final long BUSY_MILLIS = 30_000;

  interface Work {
    void on(Rows rows) throws SQLException;
  }

  private final @Nullable Path file;
  private final Catalog catalog;
  private final Sql writer;
  private final Semaphore turns;
  private final Deque<Sql> idle = new ConcurrentLinkedDeque<>();
  private volatile boolean isClosed;

  private Database(@Nullable Path file) throws SQLException {
    this.file = file;
    writer = connect();
    turns = new Semaphore(file == null ? 1 : READERS);
    if (file == null) {
      idle.push(writer);
    }
    catalog = new Catalog();
  }

  /**
   * Opens it.
   *
   * @param file null for one in memory
   * @throws UnusableDatabase when it can't be used
   */
  static Database open(@Nullable Path file) {
    if (file != null) {
      new DatabaseFile(file).prepare();
    }
    try {
      var database = new Database(file);
      database.inTransaction(
          rows -> {
            Catalog.create(rows.sql());
            rows.catalog().load(rows.sql());
          });
      return database;
    } catch (SQLException e) {
      throw new UnusableDatabase(
          (file == null ? "A database in memory" : file.toString())
              + " can't be opened: "
              + e.getMessage(),
          e);
    }
  }

  Catalog catalog() {
    return catalog;
  }

  private Sql connect() throws SQLException {
    var properties = new Properties();
    properties.setProperty("busy_timeout", Long.toString(BUSY_MILLIS));
    if (file != null) {
      properties.setProperty("journal_mode", "WAL");
      // Each commit is synced, not only each checkpoint.
      properties.setProperty("synchronous", "FULL");
    }
    String where = file == null ? ":memory:" : file.toAbsolutePath().toString();
    return new Sql(DriverManager.getConnection("jdbc:sqlite:" + where, properties));
  }

  /** Reads at one instant. */
  <T> T read(Function<Rows, T> reader) {
    turns.acquireUninterruptibly();
    Sql sql = null;
    try {
      refuseClosed();
      sql = idle.poll();
      if (sql == null) {
        sql = connect();
      }
      return atOneInstant(sql, reader);
    } catch (Unreadable e) {
      throw unreadable(e.cause());
    } catch (SQLException e) {
      throw unreadable(e);
    } finally {
      if (sql != null) {
        idle.push(sql);
      }
      turns.release();
    }
  }

  private <T> T atOneInstant(Sql sql, Function<Rows, T> reader) throws SQLException {
    sql.run(Sql.Statement.of("BEGIN"));
    try {
      return reader.apply(new Rows(sql, catalog));
    } finally {
      sql.run(Sql.Statement.of("COMMIT"));
    }
  }

  private static RuntimeException unreadable(SQLException e) {
    return Refusals.unavailable("The tables can't be read: " + e.getMessage(), e);
  }

  /**
   * Does it whole or not at all. For one thread at a time.
   *
   * @throws SQLException when nothing of it was done
   */
  void inTransaction(Work work) throws SQLException {
    boolean takesTurns = file == null;
    if (takesTurns) {
      turns.acquireUninterruptibly();
    }
    try {
      writer.run(Sql.Statement.of("BEGIN IMMEDIATE"));
      boolean isDone = false;
      try {
        work.on(new Rows(writer, catalog));
        writer.run(Sql.Statement.of("COMMIT"));
        isDone = true;
      } finally {
        if (!isDone) {
          rollBack();
        }
      }
    } finally {
      if (takesTurns) {
        turns.release();
      }
    }
  }

  /** SQLite has done so itself after some failures, such as a full disk. */
  private void rollBack() {
    try {
      writer.runOnce("ROLLBACK");
    } catch (SQLException _) {
      // Nothing is under way any more.
    }
  }

  /** Writes a copy as it is at one instant, but for the rows of some tables. */
  void copyTo(Path copy, List<String> withoutRows) throws IOException {
    refuseClosed();
    try {
      try (Sql sql = connect()) {
        sql.run(Sql.Statement.of("VACUUM INTO ?", copy.toAbsolutePath().toString()));
      }
      try (Sql sql = new Sql(DriverManager.getConnection("jdbc:sqlite:" + copy.toAbsolutePath()))) {
        // Nothing of them is left in pages that aren't used any more, either.
        sql.runOnce("PRAGMA secure_delete = ON");
        for (String table : withoutRows) {
          sql.runOnce("DELETE FROM " + catalog.table(table).name());
        }
      }
    } catch (SQLException e) {
      throw new IOException("the tables can't be copied: " + e.getMessage(), e);
    }
  }

  private void refuseClosed() {
    if (isClosed) {
      throw new IllegalStateException("The tables are closed");
    }
  }

  @Override
  public void close() {
    turns.acquireUninterruptibly(file == null ? 1 : READERS);
    try {
      if (isClosed) {
        return;
      }
      isClosed = true;
      for (Sql sql : List.copyOf(idle)) {
        sql.close();
      }
      writer.close();
    } catch (SQLException e) {
      throw new IllegalStateException("The tables can't be closed", e);
    } finally {
      turns.release(file == null ? 1 : READERS);
    }
  }
}
