package dev.ipauth.local.command;

import dev.ipauth.embedded.EmbeddedTables;
import dev.ipauth.embedded.UnusableDatabase;
import dev.ipauth.local.data.DataDir;
import dev.ipauth.local.data.Tables;
import dev.ipauth.settings.BadSettings;
import java.io.EOFException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * What stands on the command line, but for starting the platform. Commands go to the process that
 * holds the folder; where there is none, this one holds it meanwhile.
 *
 * @param dataDir the setting
 * @param auditRetention the setting, read by the command that wants it
 */
public record Operator(
    String dataDir, Supplier<Duration> auditRetention, PrintStream out, PrintStream err) {
  public static final List<String> COMMANDS =
      List.of("key", "address", "queue", "backup", "restore");

  public static final String USAGE =
      """
      usage: java -jar local.jar                       start the platform, by environment variables
             java -jar local.jar key add|list|remove   the accounts' keys
             java -jar local.jar address release IP BY take an address from the user that has it
             java -jar local.jar queue list|retry|drop what waits for the next hop
             java -jar local.jar backup FILE           copy tables, pepper and keys
             java -jar local.jar restore FILE [--replace]
             java -jar local.jar next-hop check [RECIPIENT]
             java -jar local.jar health                whether a platform with these settings serves
      key, address, queue, backup and restore want DATA_DIR. All but restore may be used while the platform runs.
      """;

  private static final int TRIES = 50;
  private static final int MILLIS_BETWEEN = 100;

  /**
   * Carries out a command.
   *
   * @param words one of {@link #COMMANDS}, and what stands behind it
   * @return the exit status
   */
  public int run(List<String> words) {
    try {
      return switch (words.getFirst()) {
        case "backup" -> backup(words);
        case "restore" -> restore(words);
        default -> ask(words, out, err);
      };
    } catch (BadSettings e) {
      e.lines().forEach(err::println);
      return Commands.NOT_UNDERSTOOD;
    } catch (UnusableDatabase e) {
      err.println(e.getMessage());
      return Commands.NOT_UNDERSTOOD;
    }
  }

  private int backup(List<String> words) {
    var file = words.size() == 2 ? new BackupFile(Path.of(words.get(1))) : null;
    if (file == null) {
      err.println("usage: backup FILE");
      return Commands.NOT_UNDERSTOOD;
    }
    if (!file.isPossible()) {
      err.println(file.file() + " can't be written. Write a file in a folder that is there.");
      return Commands.NOT_UNDERSTOOD;
    }
    return file.write(this::ask, err);
  }

  private int restore(List<String> words) {
    List<String> files = words.stream().skip(1).filter(word -> !word.equals("--replace")).toList();
    if (files.size() != 1 || files.getFirst().startsWith("-") || words.size() > 3) {
      err.println("usage: restore FILE [--replace]");
      return Commands.NOT_UNDERSTOOD;
    }
    try (DataDir folder = DataDir.hold(dataDir)) {
      boolean replace = words.contains("--replace");
      return new RestoreCommand(folder, out, err).run(Path.of(files.getFirst()), replace);
    } catch (IOException e) {
      throw new BadSettings(List.of("DATA_DIR can't be let go of: " + e.getMessage()));
    }
  }

  /** A platform that starts or stops has the folder, and no ear yet, or no longer. */
  private int ask(List<String> words, PrintStream to, PrintStream also) {
    try {
      for (int left = TRIES; left > 0; left--) {
        OptionalInt status = CommandSocket.ask(Path.of(dataDir, DataDir.SOCKET), words, to, also);
        if (status.isPresent()) {
          return status.getAsInt();
        }
        Optional<DataDir> folder = DataDir.holdIfFree(dataDir);
        if (folder.isPresent()) {
          return byMyself(folder.get(), words, to, also);
        }
        Thread.sleep(MILLIS_BETWEEN);
      }
      also.println("Another process has DATA_DIR=" + dataDir + " and doesn't answer.");
    } catch (EOFException _) {
      also.println("The running platform gave no answer; its log may say why.");
    } catch (IOException e) {
      also.println("The running platform can't be asked: " + e.getMessage());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return Commands.REFUSED;
  }

  private int byMyself(DataDir held, List<String> words, PrintStream to, PrintStream also)
      throws IOException {
    try (held;
        var tables = new OpenedLate(held)) {
      var commands = new FolderCommands(held, held.keys(), tables::open, auditRetention);
      return commands.run(words, to, also);
    }
  }

  private static final class OpenedLate implements AutoCloseable {
    private final DataDir folder;
    private List<EmbeddedTables> opened = List.of();

    OpenedLate(DataDir folder) {
      this.folder = folder;
    }

    EmbeddedTables open() {
      opened = List.of(Tables.in(folder.tables()));
      return opened.getFirst();
    }

    @Override
    public void close() {
      opened.forEach(EmbeddedTables::close);
    }
  }
}
