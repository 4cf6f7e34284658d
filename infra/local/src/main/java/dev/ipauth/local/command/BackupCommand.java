package dev.ipauth.local.command;

import dev.ipauth.embedded.EmbeddedTables;
import dev.ipauth.local.data.Backup;
import dev.ipauth.local.data.DataDir;
import java.io.IOException;
import java.io.PrintStream;

/**
 * The half of {@code backup FILE} that reads: it writes the copy to where the asking process is.
 */
record BackupCommand(DataDir folder, EmbeddedTables tables, PrintStream out, PrintStream err) {
  int run() {
    try {
      boolean hasPepper = Backup.write(folder, tables, out);
      if (!hasPepper) {
        err.println("PASSWORD_PEPPER is set, so it isn't in the copy. Keep it as safely yourself.");
      }
      return out.checkError() ? Commands.REFUSED : Commands.DONE;
    } catch (IOException e) {
      err.println("No copy was made: " + e.getMessage());
      return Commands.REFUSED;
    }
  }
}
