package dev.ipauth.local;

import dev.ipauth.local.command.Commands;
import dev.ipauth.local.command.Operator;
import dev.ipauth.relay.NextHopCommand;
import dev.ipauth.settings.BadSettings;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Starts the platform from environment variables, and stops it on SIGTERM or Ctrl-C; or carries out
 * one of an operator's commands. With the argument {@code train} it only tries its start, for the
 * {@link AotCache}; with {@code health} it asks another whether it serves; with {@code next-hop
 * check} it tries the next hop.
 *
 * <p>This class loads as little as can be: where there is a cache, it runs twice.
 */
public final class Main {
  private static final String TRAIN = "train";
  private static final String HEALTH = "health";

  /** Maven passes no SIGTERM on to what it runs. */
  static final String UNTIL_PARENT_ENDS = "--until-parent-ends";

  private Main() {}

  public static void main(String[] arguments) {
    // What libraries format for a log has the same digits everywhere.
    Locale.setDefault(Locale.ROOT);
    List<String> words = List.of(arguments);
    if (words.isEmpty() || words.equals(List.of(UNTIL_PARENT_ENDS))) {
      startAgainWithTheCache();
      Foreground.run(words);
    } else if (words.equals(List.of(TRAIN))) {
      AotTraining.make(new AotCache(Path.of(System.getProperty("java.class.path"))));
    } else {
      System.exit(carryOut(words, System.getenv(), System.out, System.err));
    }
  }

  /**
   * A command, and what stands behind it.
   *
   * @return the exit status
   */
  static int carryOut(
      List<String> words, Map<String, String> environment, PrintStream out, PrintStream err) {
    if (words.equals(List.of(HEALTH))) {
      return health(environment, err);
    }
    if (Operator.COMMANDS.contains(words.getFirst())) {
      return operate(words, environment, out, err);
    }
    if (NextHopCommand.isMeant(words)) {
      return NextHopCommand.run(words, environment, out, err);
    }
    err.print(Operator.USAGE);
    return Commands.NOT_UNDERSTOOD;
  }

  private static int health(Map<String, String> environment, PrintStream err) {
    try {
      return Health.ask(environment);
    } catch (BadSettings e) {
      e.lines().forEach(err::println);
      return Commands.NOT_UNDERSTOOD;
    }
  }

  private static int operate(
      List<String> words, Map<String, String> environment, PrintStream out, PrintStream err) {
    String dataDir = environment.getOrDefault("DATA_DIR", "").strip();
    if (dataDir.isEmpty()) {
      err.println("DATA_DIR must be set, as the platform has it. Write that folder.");
      return Commands.NOT_UNDERSTOOD;
    }
    return new Operator(dataDir, () -> LocalSettings.auditRetention(environment), out, err)
        .run(words);
  }

  /** A jar can't ask its JVM for options, so the process starts once more with them. */
  private static void startAgainWithTheCache() {
    ProcessHandle.Info self = ProcessHandle.current().info();
    if (self.command().isPresent() && self.arguments().isPresent()) {
      var again =
          AotCache.command(self.command().get(), List.of(self.arguments().get()), System.getenv());
      if (again.isPresent()) {
        Exec.goOnAs(again.get());
      }
    }
  }
}
