package dev.ipauth.embedded;

import java.sql.SQLException;

/** SQLite can't read, in the midst of deciding by what it reads. */
final class Unreadable extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final SQLException sqlException;

  Unreadable(SQLException cause) {
    super(cause);
    this.sqlException = cause;
  }

  SQLException cause() {
    return sqlException;
  }
}
