package dev.ipauth.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the process starts again with the cache, and when the cache is made anew. */
class AotCacheTest {
  private static final Instant LATER = Instant.parse("2100-01-01T00:00:00Z");

  private final Path target;
  private final Path jar;
  private final Path library;
  private final AotCache cache;

  /** A folder as a build leaves it, but for the cache. */
  AotCacheTest(@TempDir Path target) throws IOException {
    this.target = target;
    jar = Files.createFile(target.resolve("local.jar"));
    library = Files.createFile(Files.createDirectory(target.resolve("lib")).resolve("relay.jar"));
    cache = new AotCache(jar);
  }

  private void make(Instant when) throws IOException {
    Files.setLastModifiedTime(Files.createFile(cache.file()), FileTime.from(when));
  }

  private static Optional<List<String>> command(String java, String... arguments) {
    return AotCache.command(java, List.of(arguments), Map.of("PATH", "/bin"));
  }

  @Test
  void theJarStartsAgainWithTheCacheBesideItAndWithTheSameArguments() throws IOException {
    make(LATER);

    assertEquals(
        Optional.of(
            List.of(
                "/jdk/bin/java",
                "-XX:AOTCache=" + target.resolve("local.aot"),
                "-Xlog:aot*=off",
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "-Xms32m",
                "-jar",
                jar.toString(),
                "--until-parent-ends")),
        command("/jdk/bin/java", "-jar", jar.toString(), "--until-parent-ends"));
  }

  @Test
  void itDoesNotWithoutACache() {
    assertEquals(Optional.empty(), command("java", "-jar", jar.toString()));
  }

  @Test
  void itDoesNotWithOptionsOfAnybodyElseNorASecondTime() throws IOException {
    make(LATER);
    for (String option : List.of("-Xmx256m", "-XX:AOTCache=other.aot", "-XX:AOTCache=local.aot")) {
      assertEquals(Optional.empty(), command("java", option, "-jar", jar.toString()), option);
    }
    assertEquals(Optional.empty(), command("java", "dev.ipauth.local.Main"));
    assertEquals(Optional.empty(), command("java"));
  }

  @Test
  void itDoesNotWithOptionsByTheEnvironment() throws IOException {
    make(LATER);
    for (String name : List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS")) {
      assertEquals(
          Optional.empty(),
          AotCache.command(
              "java", List.of("-jar", jar.toString()), Map.of(name, "-XX:+UseParallelGC")),
          name);
    }
  }

  @Test
  void itIsFreshUntilAJarChanges() throws IOException {
    assertFalse(cache.isFresh());
    make(LATER);
    assertTrue(cache.isFresh());

    Files.setLastModifiedTime(library, FileTime.from(LATER));
    assertFalse(cache.isFresh());

    Files.setLastModifiedTime(library, FileTime.from(Instant.EPOCH));
    Files.setLastModifiedTime(jar, FileTime.from(LATER.plusSeconds(1)));
    assertFalse(cache.isFresh());
  }

  @Test
  void itIsNotFreshWhenTheJdkIsNewer() throws IOException {
    Files.setLastModifiedTime(jar, FileTime.from(Instant.EPOCH));
    Files.setLastModifiedTime(library, FileTime.from(Instant.EPOCH));
    make(Instant.EPOCH.plusSeconds(1));

    assertFalse(cache.isFresh());
  }
}
