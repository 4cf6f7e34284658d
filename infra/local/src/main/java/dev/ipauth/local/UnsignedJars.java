package dev.ipauth.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Libraries without their signatures. Nobody asks for these, and they are dear: a JVM keeps no
 * class of a signed jar in its AOT cache, and checks digests of thousands of files before it loads
 * the first of them.
 */
final class UnsignedJars {
  private static final Pattern SIGNATURE =
      Pattern.compile("META-INF/[^/]+\\.(SF|RSA|DSA|EC)", Pattern.CASE_INSENSITIVE);

  private UnsignedJars() {}

  /** Called by the build of the packages, with the folder. */
  public static void main(String[] arguments) throws IOException {
    makeIn(Path.of(arguments[0]));
  }

  /**
   * Takes the signatures out of the jars in a folder; those that have none stay untouched.
   *
   * @throws IOException when one can't be read or replaced; it is as it was then
   */
  static void makeIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).toList()) {
        if (isSigned(jar)) {
          replace(jar);
        }
      }
    }
  }

  private static boolean isSigned(Path jar) throws IOException {
    try (var file = new JarFile(jar.toFile(), false)) {
      return file.stream().anyMatch(UnsignedJars::isSignature);
    }
  }

  private static boolean isSignature(JarEntry entry) {
    return SIGNATURE.matcher(entry.getName()).matches();
  }

  private static void replace(Path jar) throws IOException {
    Path unfinished = jar.resolveSibling(jar.getFileName() + ".new");
    try {
      copy(jar, unfinished);
      Files.move(unfinished, jar, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  private static void copy(Path jar, Path unsigned) throws IOException {
    try (var from = new JarFile(jar.toFile(), false);
        var to = new JarOutputStream(Files.newOutputStream(unsigned))) {
      List<JarEntry> entries = Collections.list(from.entries());
      for (JarEntry entry : entries) {
        if (isSignature(entry)) {
          continue;
        }
        var copy = new JarEntry(entry.getName());
        copy.setTime(entry.getTime());
        to.putNextEntry(copy);
        if (entry.getName().equals(JarFile.MANIFEST_NAME)) {
          withoutDigests(from.getManifest()).write(to);
        } else {
          from.getInputStream(entry).transferTo(to);
        }
        to.closeEntry();
      }
    }
  }

  private static Manifest withoutDigests(Manifest signed) {
    var manifest = new Manifest(signed);
    manifest.getEntries().values().forEach(UnsignedJars::removeDigests);
    manifest.getEntries().values().removeIf(Attributes::isEmpty);
    return manifest;
  }

  private static void removeDigests(Attributes ofFile) {
    ofFile.keySet().removeIf(name -> name.toString().contains("-Digest"));
  }
}
