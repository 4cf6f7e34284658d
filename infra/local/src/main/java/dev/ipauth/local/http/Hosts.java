package dev.ipauth.local.http;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The hosts that requests may be for.
 *
 * @param names in lower case; none where any will do
 */
public record Hosts(Set<String> names) {
  static Hosts any() {
    return new Hosts(Set.of());
  }

  static Hosts only(String... names) {
    return new Hosts(
        Arrays.stream(names)
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet()));
  }

  /**
   * Whether one of them is meant. The port doesn't matter: reverse proxies leave it out, and a page
   * of a stranger's can't choose a name by it.
   *
   * @param host the header's value
   */
  public boolean include(String host) {
    String name = host.strip().toLowerCase(Locale.ROOT).replaceFirst(":[0-9]*$", "");
    return names.isEmpty() || names.contains(name);
  }
}
