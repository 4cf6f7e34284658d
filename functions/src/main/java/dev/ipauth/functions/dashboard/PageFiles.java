package dev.ipauth.functions.dashboard;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files of the page, as they are in this package's jar, each read once. What the page itself
 * names is named by its content ({@code main-0123456789abcdef.js}), so that a browser may keep it
 * for good; the modules behind it, where there is no bundle, have their own names.
 */
@Singleton
final class PageFiles {
  private static final String PAGE = "index.html";
  private static final Pattern NAMED_BY_THE_PAGE =
      Pattern.compile("(?<=\"/dashboard/)([a-z-]+)\\.([a-z]+)(?=\")");
  private static final Pattern BY_CONTENT = Pattern.compile("(.+)-([0-9a-f]{16})\\.([a-z]+)");

  private final Map<String, PageFile> files = new ConcurrentHashMap<>();
  private volatile @Nullable PageFile page;

  /** The page, which names the rest. */
  PageFile page() {
    PageFile known = page;
    if (known == null) {
      known = PageFile.of(named(read(PAGE)));
      page = known;
    }
    return known;
  }

  /**
   * Null when there is none of that name.
   *
   * @param name its path below {@code /dashboard/}
   */
  @Nullable PageFile find(String name) {
    Matcher byContent = BY_CONTENT.matcher(name);
    if (!byContent.matches()) {
      return own(name);
    }
    PageFile file = own(byContent.group(1) + "." + byContent.group(3));
    // Another version's is not this one's: it would be kept under the wrong name for a year.
    return file != null && file.hash().equals(byContent.group(2)) ? file.lasting() : null;
  }

  private @Nullable PageFile own(String name) {
    if (name.equals(PAGE)) {
      return null;
    }
    return files.computeIfAbsent(
        name,
        path -> {
          byte @Nullable [] octets = read(path);
          return octets == null ? null : PageFile.of(octets);
        });
  }

  private byte[] named(byte @Nullable [] html) {
    if (html == null) {
      throw new IllegalStateException("The dashboard's " + PAGE + " isn't in this jar");
    }
    return NAMED_BY_THE_PAGE
        .matcher(new String(html, UTF_8))
        .replaceAll(this::byContent)
        .getBytes(UTF_8);
  }

  private String byContent(MatchResult name) {
    PageFile file = own(name.group());
    if (file == null) {
      throw new IllegalStateException("The dashboard's " + name.group() + " isn't in this jar");
    }
    return name.group(1) + "-" + file.hash() + "." + name.group(2);
  }

  private static byte @Nullable [] read(String name) {
    try (InputStream file = PageFiles.class.getResourceAsStream("/dashboard/" + name)) {
      return file == null ? null : file.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
