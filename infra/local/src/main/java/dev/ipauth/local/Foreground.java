package dev.ipauth.local;

import dev.ipauth.embedded.UnusableDatabase;
import dev.ipauth.relay.Hangup;
import dev.ipauth.relay.operation.StandardOutput;
import dev.ipauth.relay.transport.Fatal;
import dev.ipauth.settings.BadSettings;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/**
 * The platform by environment variables, until SIGTERM or Ctrl-C, which stop it in order. SIGHUP
 * makes it look for new certificates; where it was started from a terminal, it says that the
 * terminal is gone, and stops it, too.
 */
final class Foreground {
  private static final int BAD_SETTINGS = 2;

  private Foreground() {}

  static void run(List<String> arguments) {
    Fatal.watchAllThreads();
    var running = new CompletableFuture<Platform>();
    if (!hasTerminal()) {
      // From the start on: a service may be told to reload before it is ready.
      Hangup.runs(() -> running.thenAccept(platform -> platform.relay().reloadCertificates()));
    }
    Platform platform;
    try {
      platform = Platform.start(System.getenv(), StandardOutput.open());
    } catch (BadSettings e) {
      e.lines().forEach(System.err::println);
      System.exit(BAD_SETTINGS);
      return;
    } catch (UncheckedIOException
        | UnusableDatabase
        | IllegalArgumentException
        | IllegalStateException e) {
      System.err.println(e.getMessage());
      System.exit(BAD_SETTINGS);
      return;
    }
    running.complete(platform);
    stopWithTheProcess(platform);
    if (arguments.contains(Main.UNTIL_PARENT_ENDS)) {
      ProcessHandle.current().parent().ifPresent(Foreground::stopWith);
    }
    LocalSettings.warnings(System.getenv()).forEach(System.err::println);
    platform.places().forEach(System.out::println);
    System.out.println("ready");
    park();
  }

  /** Wherever its output goes: SIGHUP says then that the terminal is gone. */
  private static boolean hasTerminal() {
    try (var _ = new FileInputStream("/dev/tty")) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  // A JVM that ends by SIGTERM has status 143, whatever its hooks do, unless one of them halts it.
  private static void stopWithTheProcess(Platform platform) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  platform.close();
                  Runtime.getRuntime().halt(0);
                },
                "stop"));
  }

  private static void stopWith(ProcessHandle parent) {
    parent.onExit().thenRun(() -> System.exit(0));
  }

  private static void park() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
