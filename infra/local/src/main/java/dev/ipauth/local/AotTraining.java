package dev.ipauth.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The {@code train} subcommand: starts the platform once and stops it, on ports that are free and
 * in memory, in a JVM that keeps what it learns from that in the {@link AotCache}.
 */
final class AotTraining {
  private static final int MINUTES_AT_MOST = 5;
  private static final int LAST_LINES = 10;

  private static final Map<String, String> ANYWHERE =
      Map.of("HTTP_PORT", "0", "SMTP_PORTS", "0", "SMTPS_PORTS", "0", "MANAGEMENT_PORT", "0");

  private final AotCache cache;
  private final Path unfinished;
  private final List<String> lines = new ArrayList<>();

  private AotTraining(AotCache cache) {
    this.cache = cache;
    this.unfinished = cache.file().resolveSibling(cache.file().getFileName() + ".new");
  }

  /**
   * Makes the cache, unless there is one that is fresh. That it can't be made is only said: without
   * it everything runs as well, and a build needn't fail.
   */
  static void make(AotCache cache) {
    try {
      if (Exec.isThere()) {
        UnsignedJars.makeIn(cache.libraries());
        if (!cache.isFresh()) {
          new AotTraining(cache).run();
        }
      }
    } catch (IOException e) {
      System.err.println("The platform starts without an AOT cache: " + e.getMessage());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() throws IOException, InterruptedException {
    Process platform = start();
    CompletableFuture.delayedExecutor(MINUTES_AT_MOST, TimeUnit.MINUTES)
        .execute(platform::destroyForcibly);
    try (BufferedReader said = platform.inputReader()) {
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        lines.add(line);
        if (line.startsWith("ready")) {
          // Process.destroy would also close what it still has to say.
          platform.toHandle().destroy();
        }
      }
      if (platform.waitFor() != 0 || !Files.exists(unfinished)) {
        var last = lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size());
        throw new IOException("the JVM made none.\n" + String.join("\n", last));
      }
      Files.move(unfinished, cache.file(), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      platform.destroyForcibly();
      Files.deleteIfExists(unfinished);
      // What the JVM keeps between its two steps, and leaves behind when it is stopped between
      // them.
      Files.deleteIfExists(unfinished.resolveSibling(unfinished.getFileName() + ".config"));
    }
  }

  private Process start() throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String jar = cache.jar().toString();
    var command = new ArrayList<>(List.of(java, "-XX:AOTCacheOutput=" + unfinished));
    command.addAll(AotCache.OPTIONS);
    command.addAll(List.of("-jar", jar));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(ANYWHERE);
    return builder.start();
  }
}
