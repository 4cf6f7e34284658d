package dev.ipauth.local;

import java.nio.file.Path;
import java.util.List;

/**
 * Starts the platform from environment variables, and stops it on SIGTERM or Ctrl-C. With the
 * argument {@code rehearse} it only tries its start, for the {@link AotCache}.
 *
 * <p>This class loads as little as can be: where there is a cache, it runs twice.
 */
public final class Main {
  private static final String REHEARSE = "rehearse";

  private Main() {}

  public static void main(String[] arguments) {
    if (List.of(arguments).contains(REHEARSE)) {
      Rehearsal.make(new AotCache(Path.of(System.getProperty("java.class.path"))));
    } else {
      startAgainWithTheCache();
      Foreground.run(List.of(arguments));
    }
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
