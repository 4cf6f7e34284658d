package dev.ipauth.embedded;

import dev.ipauth.embedded.values.Numbers;
import java.math.RoundingMode;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Deletes rows whose time is over, some while after it is: until then they are read as any other,
 * as DynamoDB has it.
 */
final class Expiry {
  /** How often rows are looked for. */
  static final Duration EVERY = Duration.ofMinutes(1);

  private static final long MOST_AT_ONCE = 500;
  // What says that it ended longer ago is taken for a mistake.
  private static final Duration TOO_LONG_AGO = Duration.ofDays(5 * 365);

  private Expiry() {}

  /** A time that a row may expire at, in whole seconds; null for a number that is none. */
  static @Nullable Long seconds(String number) {
    try {
      return Numbers.read(number).setScale(0, RoundingMode.CEILING).longValueExact();
    } catch (ArithmeticException _) {
      return null;
    }
  }

  /** What deletes some of them. */
  static Sql.Statement delete(StoredTable table, Instant now) {
    return Sql.Statement.of(
        "DELETE FROM %s WHERE rowid IN (SELECT rowid FROM %s WHERE expires BETWEEN ? AND ? LIMIT ?)"
            .formatted(table.name(), table.name()),
        now.minus(TOO_LONG_AGO).getEpochSecond(),
        now.getEpochSecond(),
        MOST_AT_ONCE);
  }

  /** Deletes some of them; whether there may be more. */
  static boolean sweep(Sql sql, StoredTable table, Instant now) throws SQLException {
    return sql.run(delete(table, now)) == MOST_AT_ONCE;
  }
}
