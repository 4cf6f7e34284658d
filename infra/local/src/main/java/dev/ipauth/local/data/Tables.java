package dev.ipauth.local.data;

import dev.ipauth.embedded.EmbeddedTables;
import dev.ipauth.tables.TablesTemplate;
import java.nio.file.Path;

/** Opens the platform's tables, and makes those that aren't there yet. */
public final class Tables {
  /** The relay's: what it keeps until it is delivered. */
  public static final String QUEUE = "Queue";

  private Tables() {}

  public static EmbeddedTables inMemory() {
    return complete(EmbeddedTables.inMemory());
  }

  /**
   * Those in a file.
   *
   * @throws dev.ipauth.embedded.UnusableDatabase when it can't be used
   */
  public static EmbeddedTables in(Path file) {
    return complete(EmbeddedTables.in(file));
  }

  private static EmbeddedTables complete(EmbeddedTables tables) {
    try {
      new TablesTemplate("")
          .tables()
          .forEach(table -> tables.define(table.request(), table.expiry()));
    } catch (RuntimeException e) {
      tables.close();
      throw e;
    }
    return tables;
  }
}
