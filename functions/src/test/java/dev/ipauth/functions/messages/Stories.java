package dev.ipauth.functions.messages;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** {@code stories.txt}: lines as relays leave them, a story each below its name. */
final class Stories {
  private Stories() {}

  static Map<String, List<String>> all() {
    Map<String, List<String>> stories = new LinkedHashMap<>();
    List<String> lines = new ArrayList<>();
    for (String line : text().lines().toList()) {
      if (line.startsWith("# ")) {
        lines = new ArrayList<>();
        stories.put(line.substring(2), lines);
      } else if (!line.isBlank()) {
        lines.add(line);
      }
    }
    return stories;
  }

  static List<String> story(String name) {
    return Objects.requireNonNull(all().get(name), name);
  }

  private static String text() {
    try (InputStream file = Stories.class.getResourceAsStream("stories.txt")) {
      return new String(Objects.requireNonNull(file).readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
