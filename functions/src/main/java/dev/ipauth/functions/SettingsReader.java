package dev.ipauth.functions;

import static java.util.stream.Collectors.joining;

import dev.ipauth.tables.Peppers;
import io.micronaut.core.value.PropertyResolver;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads variables, each as what it stands for. What can't be is a sentence that names it. */
record SettingsReader(PropertyResolver properties) {
  // Nothing that could end a directive of a Content-Security-Policy, or a header.
  private static final String ORIGIN = "https?://[A-Za-z0-9.:\\[\\]-]+";

  @Nullable String optional(String variable) {
    String name = variable.toLowerCase(Locale.ROOT).replace('_', '-');
    Optional<String> value = properties.getProperty(name, String.class);
    return value.filter(text -> !text.isBlank()).orElse(null);
  }

  String text(String variable, String otherwise) {
    String value = optional(variable);
    return value == null ? otherwise : value;
  }

  String required(String variable) {
    String value = optional(variable);
    if (value == null) {
      throw new IllegalArgumentException(variable + " must be set.");
    }
    return value;
  }

  <E extends Enum<E>> E choice(String variable, Class<E> type, E otherwise) {
    String value = text(variable, written(otherwise));
    return Arrays.stream(type.getEnumConstants())
        .filter(one -> written(one).equals(value))
        .findFirst()
        .orElseThrow(
            () ->
                bad(
                    variable,
                    Arrays.stream(type.getEnumConstants())
                        .map(SettingsReader::written)
                        .collect(joining(" or ")),
                    value));
  }

  private static String written(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /** With commas between; none when it isn't set. */
  List<String> list(String variable, String otherwise) {
    return Arrays.stream(text(variable, otherwise).split(","))
        .map(String::strip)
        .filter(entry -> !entry.isEmpty())
        .toList();
  }

  /** With commas between, as browsers write them: in lower case, without a path. */
  List<String> origins(String variable) {
    List<String> origins = list(variable, "");
    for (String origin : origins) {
      if (!origin.matches(ORIGIN)) {
        throw bad(variable, "origins such as https://id.example.com, with commas between", origin);
      }
    }
    return origins;
  }

  /** As browsers write it: in lower case, without a path and a port that goes without saying. */
  @Nullable String origin(String variable) {
    String value = optional(variable);
    if (value == null) {
      return null;
    }
    String origin = value.strip().toLowerCase(Locale.ROOT).replaceFirst("/$", "");
    if (!origin.matches(ORIGIN)) {
      throw bad(variable, "a URL without a path, such as https://relay.example.com", value);
    }
    return origin.replaceFirst(origin.startsWith("https") ? ":443$" : ":80$", "");
  }

  /** With commas between, or {@code none}. */
  List<Integer> ports(String variable, String otherwise) {
    return list(variable, otherwise).stream()
        .filter(entry -> !entry.equals("none"))
        .map(entry -> port(variable, entry))
        .toList();
  }

  private static int port(String variable, String entry) {
    if (!entry.matches("\\d{1,5}") || Integer.parseInt(entry) > 65_535) {
      throw bad(variable, "ports from 1 to 65535 with commas between", entry);
    }
    return Integer.parseInt(entry);
  }

  /** From the variable, or from the secret that the variable with {@code _SECRET} behind names. */
  Peppers peppers(String variable, Secrets secrets) {
    @Nullable String secret = optional(variable + "_SECRET");
    if (secret != null && optional(variable) != null) {
      throw new IllegalArgumentException(
          variable + " and " + variable + "_SECRET say the same. Set one of them.");
    }
    String value = secret == null ? required(variable) : secrets.read(secret);
    try {
      return Peppers.parse(value);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(variable + ": " + e.getMessage(), e);
    }
  }

  @Nullable URI uri(String variable) {
    String value = optional(variable);
    try {
      return value == null ? null : new URI(value).parseServerAuthority();
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(variable + " is a URL, not '" + value + "'.", e);
    }
  }

  int number(String variable, String otherwise) {
    String value = text(variable, otherwise);
    if (!value.matches("[1-9]\\d{0,8}")) {
      throw bad(variable, "a number from 1 to 999999999", value);
    }
    return Integer.parseInt(value);
  }

  int numberOrNone(String variable, String otherwise) {
    return text(variable, otherwise).equals("0") ? 0 : number(variable, otherwise);
  }

  /** In ISO 8601's form; more than nothing. */
  Duration duration(String variable, String otherwise) {
    String value = text(variable, otherwise);
    try {
      Duration duration = Duration.parse(value);
      if (duration.isPositive()) {
        return duration;
      }
    } catch (DateTimeParseException _) {
      // Told below, as one that is nothing is.
    }
    throw bad(variable, "a duration such as PT5S", value);
  }

  static IllegalArgumentException bad(String variable, String what, String value) {
    return new IllegalArgumentException(variable + " is " + what + ", not '" + value + "'.");
  }
}
