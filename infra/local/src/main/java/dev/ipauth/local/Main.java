package dev.ipauth.local;

import dev.ipauth.local.command.Commands;
import dev.ipauth.local.command.Operator;
import dev.ipauth.settings.BadSettings;
import java.nio.file.Path;
import java.util.List;

/**
 * Starts the platform from environment variables, and stops it on SIGTERM or Ctrl-C; or carries out
 * one of an operator's commands. With the argument {@code rehearse} it only tries its start, for
 * the {@link AotCache}; with {@code health} it asks another whether it serves.
 *
 * <p>This class loads as little as can be: where there is a cache, it runs twice.
 */
public final class Main {
  private static final String REHEARSE = "rehearse";
  private static final String HEALTH = "health";

  /** Maven passes no SIGTERM on to what it runs. */
  static final String UNTIL_PARENT_ENDS = "--until-parent-ends";

  private Main() {}

  public static void main(String[] arguments) {
    List<String> words = List.of(arguments);
    if (words.isEmpty() || words.equals(List.of(UNTIL_PARENT_ENDS))) {
      startAgainWithTheCache();
      Foreground.run(words);
    } else if (words.equals(List.of(REHEARSE))) {
      Rehearsal.make(new AotCache(Path.of(System.getProperty("java.class.path"))));
    } else if (words.equals(List.of(HEALTH))) {
      System.exit(health());
    } else if (Operator.COMMANDS.contains(words.getFirst())) {
      System.exit(carryOut(words));
    } else {
      System.err.print(Operator.USAGE);
      System.exit(Commands.NOT_UNDERSTOOD);
    }
  }

  private static int health() {
    try {
      return Health.ask(System.getenv());
    } catch (BadSettings e) {
      e.lines().forEach(System.err::println);
      return Commands.NOT_UNDERSTOOD;
    }
  }

  private static int carryOut(List<String> words) {
    String dataDir = System.getenv().getOrDefault("DATA_DIR", "").strip();
    if (dataDir.isEmpty()) {
      System.err.println("DATA_DIR must be set, as the platform has it. Write that folder.");
      return Commands.NOT_UNDERSTOOD;
    }
    return new Operator(dataDir, System.out, System.err).run(words);
  }

  /** A jar can't ask its JVM for options, so the process starts once more with them. */
  private static void startAgainWithTheCache() {
    ProcessHandle.Info self = ProcessHandle.current().info();
    if (self.command().isPresent() && self.arguments().isPresent()) {
      var again = AotCache.command(self.command().get(), List.of(self.arguments().get()));
      if (again.isPresent()) {
        Exec.goOnAs(again.get());
      }
    }
  }
}
