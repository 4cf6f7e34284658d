package dev.ipauth.local.command;

import dev.ipauth.local.data.SecretFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The half of {@code backup FILE} that writes. It is the asking process, which may write where its
 * user may; a file of that name stays as it was until the new one is whole.
 */
record BackupFile(Path file) {
  int write(Commands commands, PrintStream err) {
    try {
      int[] status = {Commands.REFUSED};
      SecretFile.write(
          file,
          out -> {
            var buffered = new PrintStream(new BufferedOutputStream(out, 1 << 16), false);
            status[0] = commands.run(List.of("backup"), buffered, err);
            if (buffered.checkError()) {
              throw new IOException("the file can't be written. Is there room?");
            }
            return status[0] == Commands.DONE;
          });
      return status[0];
    } catch (IOException e) {
      err.println(file + " isn't written: " + e.getMessage());
      return Commands.REFUSED;
    }
  }

  /** Whether it can be a file at all. */
  boolean isPossible() {
    Path folder = file.toAbsolutePath().getParent();
    return folder != null && Files.isDirectory(folder) && !Files.isDirectory(file);
  }
}
