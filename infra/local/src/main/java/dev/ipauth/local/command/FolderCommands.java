package dev.ipauth.local.command;

import dev.ipauth.embedded.EmbeddedTables;
import dev.ipauth.local.data.DataDir;
import dev.ipauth.local.data.KeyRing;
import dev.ipauth.local.data.Tables;
import dev.ipauth.relay.queue.MailQueue;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * Carries commands out, in the process that holds the folder.
 *
 * @param tables opened when a command wants them
 * @param auditRetention read when a command wants it: of what a command leaves in an account's
 *     trail
 */
public record FolderCommands(
    DataDir folder,
    KeyRing keys,
    Supplier<EmbeddedTables> tables,
    Supplier<Duration> auditRetention)
    implements Commands {

  @Override
  public int run(List<String> words, PrintStream out, PrintStream err) {
    List<String> rest = words.subList(1, words.size());
    return switch (words.getFirst()) {
      case "key" -> new KeyCommand(keys, out, err).run(rest);
      case "address" ->
          new AddressCommand(tables.get().client(), auditRetention.get(), out, err).run(rest);
      case "queue" -> MailQueue.command(Tables.QUEUE, tables.get().client(), out, err).run(rest);
      case "backup" -> new BackupCommand(folder, tables.get(), out, err).run();
      default -> {
        err.println(words.getFirst() + " is no command of this version.");
        yield NOT_UNDERSTOOD;
      }
    };
  }
}
