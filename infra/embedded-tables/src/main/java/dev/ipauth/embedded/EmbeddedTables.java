package dev.ipauth.embedded;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;

/**
 * Tables with DynamoDB's interface, in a file or in memory. Thread-safe; reads and writes block the
 * thread that asks.
 */
public final class EmbeddedTables implements AutoCloseable {
  private final Database database;
  private final WriteQueue queue;
  private final TableOperations tables;
  private final DynamoDbClient client;

  private EmbeddedTables(@Nullable Path file, InstantSource clock) {
    database = Database.open(file);
    queue = new WriteQueue(database, () -> sweep(database, clock), Expiry.EVERY);
    tables = new TableOperations(database, queue);
    client = naming(new EmbeddedClient(database, queue, tables, clock));
  }

  /** Forgets everything when it is closed. */
  public static EmbeddedTables inMemory() {
    return new EmbeddedTables(null, InstantSource.system());
  }

  /**
   * Opens the tables in a file, which is made where there is none, readable by its owner alone.
   *
   * @throws UnusableDatabase when it is damaged, of a newer version, of another program, or can't
   *     be opened; it is as it was then
   */
  public static EmbeddedTables in(Path file) {
    return new EmbeddedTables(file, InstantSource.system());
  }

  /**
   * Looks at all of a file, however large it is.
   *
   * @throws UnusableDatabase when {@link #in} would refuse it, or nothing is in it
   */
  public static void refuseDamaged(Path file) {
    new DatabaseFile(file).refuseDamaged();
  }

  static EmbeddedTables inMemory(InstantSource clock) {
    return new EmbeddedTables(null, clock);
  }

  /**
   * For as long as the tables are open. What it can't do is an {@link
   * UnsupportedOperationException} that names the operation.
   */
  public DynamoDbClient client() {
    return client;
  }

  /**
   * Makes a table, or gives one that is there already other indexes and another expiry, as a new
   * version of a program may want.
   *
   * @param expiry the attribute with the time after which a row is deleted; null for none
   * @throws UnusableDatabase when it is there with other keys
   */
  public void define(CreateTableRequest table, @Nullable String expiry) {
    tables.define(table, expiry);
  }

  /**
   * Writes a copy as they are at one instant, while they are read and written.
   *
   * @param file none that is there, or an empty one, whose mode it keeps
   * @param withoutRows tables that are empty in the copy
   * @throws IOException when there is no room for it, or it can't be written
   */
  public void copyTo(Path file, List<String> withoutRows) throws IOException {
    database.copyTo(file, withoutRows);
  }

  /** The SDK's own default for an operation throws without saying which. */
  private static DynamoDbClient naming(DynamoDbClient client) {
    return (DynamoDbClient)
        Proxy.newProxyInstance(
            DynamoDbClient.class.getClassLoader(),
            new Class<?>[] {DynamoDbClient.class},
            (_, method, arguments) -> call(client, method, arguments));
  }

  private static @Nullable Object call(
      DynamoDbClient client, Method method, @Nullable Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(client, arguments);
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      if (cause instanceof UnsupportedOperationException && cause.getMessage() == null) {
        throw new UnsupportedOperationException(operation(method), cause);
      }
      throw cause;
    }
  }

  private static String operation(Method method) {
    return Character.toUpperCase(method.getName().charAt(0)) + method.getName().substring(1);
  }

  private static void sweep(Database database, InstantSource clock) {
    try {
      for (StoredTable table : database.catalog().all()) {
        boolean hasMore = table.schema().expiry() != null;
        while (hasMore) {
          boolean[] found = {false};
          database.inTransaction(
              rows -> found[0] = Expiry.sweep(rows.sql(), table, clock.instant()));
          hasMore = found[0];
        }
      }
    } catch (SQLException _) {
      // A full disk, most likely. What should go now goes the next time.
    }
  }

  @Override
  public void close() {
    queue.close();
    database.close();
  }
}
