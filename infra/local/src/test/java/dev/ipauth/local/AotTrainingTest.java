package dev.ipauth.local;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What needn't be trained, and what can't be; that a cache is made and used, .ci/run sees. */
class AotTrainingTest {
  private final Path target;
  private final AotCache cache;

  /** A jar that no JVM can start. */
  AotTrainingTest(@TempDir Path target) throws IOException {
    this.target = target;
    cache = new AotCache(Files.createFile(target.resolve("local.jar")));
    Files.createDirectory(target.resolve("lib"));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(target)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void whatCannotStartLeavesNothingAndFailsNoBuild() throws IOException {
    Files.createFile(target.resolve("local.aot.new"));
    Files.createFile(target.resolve("local.aot.new.config"));

    AotTraining.make(cache);

    assertEquals(List.of("lib", "local.jar"), files());
  }

  @Test
  void aFreshCacheNeedsNoTraining() throws IOException {
    Files.setLastModifiedTime(
        Files.createFile(cache.file()), FileTime.from(Instant.parse("2100-01-01T00:00:00Z")));
    // Any training run, of this jar a failing one, would take this away at its end.
    Files.createFile(target.resolve("local.aot.new"));

    AotTraining.make(cache);

    assertEquals(List.of("lib", "local.aot", "local.aot.new", "local.jar"), files());
  }
}
