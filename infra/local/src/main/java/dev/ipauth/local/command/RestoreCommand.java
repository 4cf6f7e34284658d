package dev.ipauth.local.command;

import dev.ipauth.local.data.DataDir;
import dev.ipauth.local.data.Restoration;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code restore FILE [--replace]}, where nothing runs. */
record RestoreCommand(DataDir folder, PrintStream out, PrintStream err) {
  int run(Path backup, boolean replace) {
    if (!canBeRead(backup)) {
      err.println(backup + " can't be read. Write a file that backup has made.");
      return Commands.NOT_UNDERSTOOD;
    }
    if (folder.isInUse() && !replace) {
      err.println(
          "DATA_DIR has tables already, and nothing was changed. To put the copy in their place,"
              + " add --replace.");
      return Commands.REFUSED;
    }
    try {
      tell(Restoration.of(backup, folder));
      return Commands.DONE;
    } catch (IOException e) {
      err.println("The copy can't be put back: " + e.getMessage());
      return Commands.REFUSED;
    }
  }

  /**
   * Tried, since {@code access(2)} doesn't know of the capability that the package's command has.
   */
  private static boolean canBeRead(Path file) {
    try (var opened = Files.newInputStream(file)) {
      opened.read();
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private void tell(Restoration.Outcome outcome) {
    if (outcome.aside() != null) {
      err.println("What was there is in " + outcome.aside() + "; delete it when nothing is amiss.");
    }
    if (outcome.queueIsLost()) {
      err.println(
          "What waited in the queue, if anything did, won't be delivered: the tables that had its"
              + " recipients are gone, or can't be read. Its texts in DATA_DIR went aside, too.");
    }
    if (!outcome.hasPepper()) {
      err.println("The copy has no pepper: set PASSWORD_PEPPER as it was, or no password matches.");
    }
    err.println("These addresses may send again (address, SMTP user, account, since):");
    outcome.addresses().forEach(out::println);
  }
}
