package dev.ipauth.settings;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Finds variables whose name is nearly a setting's: a limit that was meant and isn't kept. */
public final class Misspelling {
  private static final int NEAR = 2;

  private Misspelling() {}

  public static List<String> among(Collection<String> names, List<Setting<?>> settings) {
    return names.stream()
        .sorted()
        .filter(name -> settings.stream().noneMatch(s -> s.name().equals(name)))
        .flatMap(name -> meant(name, settings).stream().map(s -> warning(name, s)))
        .toList();
  }

  private static Optional<Setting<?>> meant(String name, List<Setting<?>> settings) {
    return settings.stream().filter(s -> isNear(s.name(), name)).findFirst();
  }

  private static String warning(String name, Setting<?> setting) {
    return name + " is no setting and changes nothing. Was " + setting.name() + " meant?";
  }

  private static boolean isNear(String a, String b) {
    return Math.abs(a.length() - b.length()) <= NEAR && distance(a, b) <= NEAR;
  }

  /** Levenshtein's: letters added, left out or replaced. */
  private static int distance(String a, String b) {
    int[] above = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(above[j], row[j - 1]));
      }
      above = row;
    }
    return above[b.length()];
  }
}
