package dev.ipauth.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a JVM learned when it started the platform, in a file beside the jar: with it the platform
 * is ready in half the time. It fits the jars and the JDK that it was made with; with any others
 * the JVM leaves it aside.
 *
 * @param jar the platform's, with its libraries in {@code lib} beside it
 */
record AotCache(Path jar) {
  /**
   * What it's made and used with: the collector and the objects' headers that take least memory,
   * and a heap that doesn't begin with a part of the machine's memory.
   */
  static final List<String> OPTIONS =
      List.of("-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-Xms32m");

  /** By which a JVM is given options, too: a second collector would end it. */
  private static final List<String> BY_ENVIRONMENT =
      List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

  Path file() {
    String name = jar.getFileName().toString();
    return jar.resolveSibling(name.replace(".jar", "").concat(".aot"));
  }

  /** The folder of what the jar needs. */
  Path libraries() {
    return jar.resolveSibling("lib");
  }

  /**
   * The command that starts a JVM's jar again with the cache beside it.
   *
   * @param java the program that the JVM is
   * @param arguments its own
   * @return empty when there is no cache, or the JVM was given options: they may be at odds with
   *     it, and whoever gives options can give it too
   */
  static Optional<List<String>> command(
      String java, List<String> arguments, Map<String, String> environment) {
    if (arguments.size() < 2
        || !arguments.getFirst().equals("-jar")
        || BY_ENVIRONMENT.stream().anyMatch(environment::containsKey)) {
      return Optional.empty();
    }
    Path file = new AotCache(Path.of(arguments.get(1))).file();
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    // Of a cache that doesn't fit, the JVM would speak among the platform's own lines.
    var again = new ArrayList<>(List.of(java, "-XX:AOTCache=" + file, "-Xlog:aot*=off"));
    again.addAll(OPTIONS);
    again.addAll(arguments);
    return Optional.of(again);
  }

  /**
   * Whether it's newer than everything that it has to fit.
   *
   * @throws IOException when a file can't be looked at
   */
  boolean isFresh() throws IOException {
    if (!Files.isRegularFile(file())) {
      return false;
    }
    FileTime made = Files.getLastModifiedTime(file());
    Path jdk = Path.of(System.getProperty("java.home"), "lib", "modules");
    try (Stream<Path> libraries = Files.walk(libraries())) {
      for (Path part : Stream.concat(Stream.of(jar, jdk), libraries).toList()) {
        if (Files.isRegularFile(part) && Files.getLastModifiedTime(part).compareTo(made) >= 0) {
          return false;
        }
      }
    }
    return true;
  }
}
