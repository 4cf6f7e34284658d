package dev.ipauth.local;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a signed jar, and that others aren't touched. */
class UnsignedJarsTest {
  private static final String MANIFEST =
      """
      Manifest-Version: 1.0
      Multi-Release: true

      Name: a/A.class
      SHA-256-Digest: 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=

      Name: a/B.class
      Sealed: true
      SHA-256-Digest: 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=

      """
          .replace("\n", "\r\n");

  private final Path folder;

  UnsignedJarsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Path jar(String name, String... entries) throws IOException {
    Path jar = folder.resolve(name);
    try (var zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (String entry : entries) {
        zip.putNextEntry(new ZipEntry(entry));
        String text = entry.equals(JarFile.MANIFEST_NAME) ? MANIFEST : "of " + entry;
        zip.write(text.getBytes(StandardCharsets.UTF_8));
      }
    }
    return jar;
  }

  @Test
  void signaturesAndDigestsGoAndAllElseStays() throws IOException {
    Path signed =
        jar(
            "signed.jar",
            JarFile.MANIFEST_NAME,
            "META-INF/SIGNER.SF",
            "META-INF/SIGNER.RSA",
            "META-INF/services/a.Service",
            "META-INF/versions/9/a/A.class",
            "a/A.class");

    UnsignedJars.makeIn(folder);

    try (var left = new JarFile(signed.toFile())) {
      assertEquals(
          List.of(
              JarFile.MANIFEST_NAME,
              "META-INF/services/a.Service",
              "META-INF/versions/9/a/A.class",
              "a/A.class"),
          left.stream().map(ZipEntry::getName).toList());
      var manifest = left.getManifest();
      assertEquals("true", manifest.getMainAttributes().getValue("Multi-Release"));
      assertNull(manifest.getAttributes("a/A.class"));
      assertEquals(1, manifest.getAttributes("a/B.class").size());
      try (InputStream file = left.getInputStream(left.getEntry("a/A.class"))) {
        assertEquals("of a/A.class", new String(file.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    assertEquals(List.of(signed), filesIn(folder));
  }

  @Test
  void oneThatIsNotSignedStaysAsItIs() throws IOException {
    Path plain = jar("plain.jar", JarFile.MANIFEST_NAME, "META-INF/a/B.SF", "a/A.class");
    byte[] before = Files.readAllBytes(plain);
    UnsignedJars.makeIn(folder);
    assertArrayEquals(before, Files.readAllBytes(plain));
  }

  private static List<Path> filesIn(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.toList();
    }
  }
}
