package dev.ipauth.functions.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The files of the page, as they are in this package's jar, each read once. */
@Singleton
final class PageFiles {
  /**
   * A file.
   *
   * @param tag its entity tag, made of what is in it
   */
  record File(String text, String tag) {}

  private static final int TAG_OCTETS = 12;

  private final Map<String, File> files = new ConcurrentHashMap<>();

  /**
   * Null when there is none of that name.
   *
   * @param name without a slash
   */
  @Nullable File find(String name) {
    return files.computeIfAbsent(name, PageFiles::read);
  }

  private static @Nullable File read(String name) {
    try (InputStream file = PageFiles.class.getResourceAsStream("/dashboard/" + name)) {
      if (file == null) {
        return null;
      }
      byte[] octets = file.readAllBytes();
      return new File(new String(octets, UTF_8), tag(octets));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String tag(byte[] octets) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(octets);
      return '"' + HexFormat.of().formatHex(digest, 0, TAG_OCTETS) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
