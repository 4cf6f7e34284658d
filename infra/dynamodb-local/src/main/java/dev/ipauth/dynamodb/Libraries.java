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

/**
 * DynamoDB Local's libraries, in a class loader that sees the JDK and nothing of ours but the
 * classes of this module.
 */
final class Libraries {
  static final String FOLDER_PROPERTY = "dynamodb.local.libraries";

  private Libraries() {}

  // One for the whole JVM: the JVM lets only one class loader load SQLite's native library.
  private static final class Loaded {
    private static final ClassLoader LOADER =
        new URLClassLoader("dynamodb-local", urls(), ClassLoader.getPlatformClassLoader());
  }

  static ClassLoader loader() {
    return Loaded.LOADER;
  }

  private static URL[] urls() {
    Path own = own();
    List<URL> urls = new ArrayList<>(List.of(url(own)));
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder(own), "*.jar")) {
      jars.forEach(jar -> urls.add(url(jar)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return urls.toArray(URL[]::new);
  }

  /**
   * The folder named by the system property, or else the folder {@code dynamodb-local} beside this
   * module's jar, or beside its {@code classes} in a build: the same rule for both.
   */
  private static Path folder(Path own) {
    String named = System.getProperty(FOLDER_PROPERTY);
    Path folder = named == null ? own.resolveSibling("dynamodb-local") : Path.of(named);
    if (!Files.isDirectory(folder)) {
      throw new IllegalStateException(
          "DynamoDB Local's libraries are not in "
              + folder
              + ". Build infra/dynamodb-local with Maven, or name their folder with -D"
              + FOLDER_PROPERTY
              + "=…");
    }
    return folder;
  }

  private static Path own() {
    try {
      URL source = Libraries.class.getProtectionDomain().getCodeSource().getLocation();
      return Path.of(source.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
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
