package dev.ipauth.embedded.expression;

import java.util.List;

/** Paths of one expression that would take the same place. */
final class Overlaps {
  private Overlaps() {}

  static void refuse(List<Path> paths, Tokens where) {
    for (int i = 0; i < paths.size(); i++) {
      for (Path other : paths.subList(i + 1, paths.size())) {
        Path path = paths.get(i);
        if (path.overlaps(other)) {
          throw where.refusal(
              "Two document paths overlap with each other; must remove or rewrite one of these"
                  + " paths; path one: %s, path two: %s".formatted(path, other));
        }
        if (path.conflicts(other)) {
          throw where.refusal(
              "Two document paths conflict with each other; must remove or rewrite one of these"
                  + " paths; path one: %s, path two: %s".formatted(path, other));
        }
      }
    }
  }
}
