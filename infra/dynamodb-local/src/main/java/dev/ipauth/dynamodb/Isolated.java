package dev.ipauth.dynamodb;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The class loader that DynamoDB Local and its libraries are alone in. */
final class Isolated {
  /** Names the folder of DynamoDB Local's libraries where it isn't found by itself. */
  static final String LIBRARIES = "dynamodb-local.lib";

  private Isolated() {}

  static URLClassLoader classLoader() {
    Path libraries = libraries();
    System.setProperty("sqlite4java.library.path", libraries.toString());
    // Jetty would complain that nobody listens to its log in there, as is wished.
    System.getProperties().putIfAbsent("slf4j.internal.verbosity", "ERROR");
    var urls = new ArrayList<URL>();
    urls.add(url(ownCode()));
    jars(libraries).forEach(jar -> urls.add(url(jar)));
    return new URLClassLoader(
        "dynamodb-local", urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
  }

  /** Where they lie: as told, beside a packaged jar, or where this module's build puts them. */
  private static Path libraries() {
    List<Path> places = places();
    return places.stream()
        .filter(Files::isDirectory)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "DynamoDB Local's libraries aren't in "
                        + places
                        + "; build infra/dynamodb-local, or set -D"
                        + LIBRARIES));
  }

  private static List<Path> places() {
    String told = System.getProperty(LIBRARIES);
    return told != null
        ? List.of(Path.of(told))
        : List.of(
            ownCode().resolveSibling("dynamodb-local"),
            ownCode().resolveSibling("dynamodb-local-lib"));
  }

  private static Path ownCode() {
    try {
      return Path.of(Isolated.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Path> jars(Path folder) {
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "*.jar")) {
      var found = new ArrayList<Path>();
      jars.forEach(found::add);
      found.sort(null);
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static URL url(Path path) {
    try {
      return path.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e);
    }
  }
}
