package dev.ipauth.tidy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Of two packages one knows the other at most, however many there are between them. */
class PackagesTest {
  private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([a-z.0-9]+);");
  private static final Pattern IMPORT =
      Pattern.compile("(?m)^import (?:static )?(dev\\.ipauth(?:\\.[a-z0-9]+)+)\\.[A-Z]");

  @Test
  void noPackagesKnowOneAnother() {
    Map<String, Set<String>> known = known();
    assertFalse(known.isEmpty(), "No source was found, so nothing was held");
    var circles = new ArrayList<String>();
    known.forEach(
        (name, others) ->
            others.forEach(
                other -> {
                  if (knows(known, other, name)) {
                    circles.add(name + " <-> " + other);
                  }
                }));
    assertEquals(List.of(), circles);
  }

  private static Map<String, Set<String>> known() {
    var known = new TreeMap<String, Set<String>>();
    for (Path source : SourceTree.javaOfTheProduct()) {
      String text = SourceTree.read(source);
      var name = PACKAGE.matcher(text);
      if (name.find()) {
        Set<String> others = known.computeIfAbsent(name.group(1), _ -> new TreeSet<>());
        IMPORT.matcher(text).results().forEach(found -> others.add(found.group(1)));
        others.remove(name.group(1));
      }
    }
    return known;
  }

  /** Whether one knows another, or one that does, and so on. */
  private static boolean knows(Map<String, Set<String>> known, String one, String another) {
    var seen = new TreeSet<String>();
    Deque<String> next = new ArrayDeque<>(Set.of(one));
    while (!next.isEmpty()) {
      String name = next.pop();
      if (name.equals(another)) {
        return true;
      }
      if (seen.add(name)) {
        next.addAll(known.getOrDefault(name, Set.of()));
      }
    }
    return false;
  }
}
