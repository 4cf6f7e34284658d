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
    if (!Files.isReadable(backup) || Files.isDirectory(backup)) {
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

  private void tell(Restoration.Outcome outcome) {
    if (outcome.aside() != null) {
      err.println("What was there is in " + outcome.aside() + "; delete it when nothing is amiss.");
    }
    if (outcome.queueIsLost()) {
      err.println("What the queue holds isn't known any more: the tables couldn't be read.");
    }
    if (!outcome.hasPepper()) {
      err.println("The copy has no pepper: set PASSWORD_PEPPER as it was, or no password matches.");
    }
    err.println("These addresses may send again (address, SMTP user, account, since):");
    outcome.addresses().forEach(out::println);
  }
}
