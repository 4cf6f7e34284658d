package dev.ipauth.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The dashboard's texts: one file for each language, a text to a line. */
class DashboardWordsTest {
  private static final Path DASHBOARD = Path.of("src/main/resources/dashboard");
  private static final Pattern LINE = Pattern.compile(" {2}\"([^\"]+)\": (.+?),?");
  private static final Pattern GAP = Pattern.compile("\\{(\\w+)}");
  private static final Pattern SAID = Pattern.compile("\\bt\\('([^']+)'");

  @Test
  void bothLanguagesSayEverythingWithTheSameGaps() throws IOException {
    Map<String, Set<String>> english = gaps("en");

    assertTrue(english.size() > 300, "read " + english.size());
    assertEquals(english, gaps("de"));
  }

  @Test
  void whatTheModulesSayIsThere() throws IOException {
    Set<String> said = new TreeSet<>();
    try (Stream<Path> files = Files.walk(DASHBOARD)) {
      files
          .filter(file -> file.toString().endsWith(".js"))
          .forEach(file -> SAID.matcher(read(file)).results().forEach(t -> said.add(t.group(1))));
    }

    assertTrue(said.size() > 200, "found " + said.size());
    said.removeAll(gaps("en").keySet());
    assertEquals(Set.of(), said);
  }

  /** Of each text: what is filled in when it is said. */
  private static Map<String, Set<String>> gaps(String language) throws IOException {
    Map<String, Set<String>> texts = new TreeMap<>();
    for (String line : Files.readAllLines(DASHBOARD.resolve("words/" + language + ".json"))) {
      var text = LINE.matcher(line);
      if (text.matches()) {
        Set<String> gaps = new TreeSet<>();
        GAP.matcher(text.group(2)).results().forEach(gap -> gaps.add(gap.group(1)));
        texts.put(text.group(1), gaps);
      }
    }
    return texts;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
