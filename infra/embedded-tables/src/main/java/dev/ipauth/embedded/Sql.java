package dev.ipauth.embedded;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A connection to SQLite, and the statements that were prepared on it. For one thread at a time.
 */
final class Sql implements AutoCloseable {
  /**
   * A statement with its parameters.
   *
   * @param parameters each {@code byte[]}, {@code String}, {@code Long} or null
   */
  record Statement(String text, List<@Nullable Object> parameters) {
    static Statement of(String text, @Nullable Object... parameters) {
      return new Statement(text, new ArrayList<>(java.util.Arrays.asList(parameters)));
    }
  }

  interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  interface RowVisitor {
    /** Whether the next row is wanted, too. */
    boolean visit(ResultSet row) throws SQLException;
  }

  private final Connection connection;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  Sql(Connection connection) {
    this.connection = connection;
  }

  /** Carries it out; the number of rows that it changed. */
  int run(Statement statement) throws SQLException {
    try {
      return prepare(statement).executeUpdate();
    } catch (SQLException e) {
      forgetStatements();
      throw e;
    }
  }

  /** Carries out what isn't worth keeping prepared. */
  void runOnce(String text) throws SQLException {
    try (java.sql.Statement statement = connection.createStatement()) {
      statement.execute(text);
    }
  }

  /** The rows that it finds. */
  <T> List<T> list(Statement statement, RowReader<T> reader) throws SQLException {
    List<T> found = new ArrayList<>();
    visit(statement, row -> found.add(reader.read(row)));
    return found;
  }

  /** Shows the rows that it finds one by one, as long as they are wanted. */
  void visit(Statement statement, RowVisitor visitor) throws SQLException {
    try (ResultSet rows = prepare(statement).executeQuery()) {
      while (rows.next()) {
        if (!visitor.visit(rows)) {
          return;
        }
      }
    } catch (SQLException e) {
      forgetStatements();
      throw e;
    }
  }

  private PreparedStatement prepare(Statement statement) throws SQLException {
    PreparedStatement ready = prepared.get(statement.text());
    if (ready == null) {
      ready = connection.prepareStatement(statement.text());
      prepared.put(statement.text(), ready);
    }
    int number = 1;
    for (Object parameter : statement.parameters()) {
      set(ready, number++, parameter);
    }
    return ready;
  }

  private static void set(PreparedStatement statement, int number, @Nullable Object parameter)
      throws SQLException {
    switch (parameter) {
      case null -> statement.setNull(number, java.sql.Types.NULL);
      case byte[] bytes -> statement.setBytes(number, bytes);
      case Long whole -> statement.setLong(number, whole);
      case String text -> statement.setString(number, text);
      default -> throw new IllegalArgumentException("No parameter of SQL: " + parameter);
    }
  }

  /** The driver can't use a statement again that has failed, for a full disk perhaps. */
  private void forgetStatements() {
    for (PreparedStatement statement : prepared.values()) {
      try {
        statement.close();
      } catch (SQLException _) {
        // It is gone all the same.
      }
    }
    prepared.clear();
  }

  @Override
  public void close() throws SQLException {
    forgetStatements();
    connection.close();
  }
}
