package dev.ipauth.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a setting's value looks like.
 *
 * @param words for the operator, after 'write'
 * @param secret whether the value may be repeated to nobody
 * @param verbatim whether blanks at its ends are part of it
 * @param reader throws {@link IllegalArgumentException} for anything else, with a sentence for the
 *     operator, or with no message where the words say enough
 */
public record Form<T>(String words, boolean secret, boolean verbatim, Function<String, T> reader) {
  private static final Pattern TABLE = Pattern.compile("[A-Za-z0-9_.:/-]{3,1024}");
  private static final Pattern ORIGIN = Pattern.compile("https?://[a-z0-9.:\\[\\]-]+");

  public static <T> Form<T> of(String words, Function<String, T> reader) {
    return new Form<>(words, false, false, reader);
  }

  public Form<T> kept() {
    return new Form<>(words, true, verbatim, reader);
  }

  /** A secret as somebody else has made it: blanks at its ends are part of it. */
  public static Form<String> secret(String words) {
    return new Form<>(words, true, true, text -> text);
  }

  public Form<Optional<T>> orNothing() {
    return new Form<>(
        words,
        secret,
        verbatim,
        text -> text.isEmpty() ? Optional.empty() : Optional.of(reader.apply(text)));
  }

  /** Comma-separated, with or without one at the end; {@code none} is an empty list. */
  public Form<List<T>> list() {
    return new Form<>(
        words + ", several with commas between, or `none`",
        secret,
        verbatim,
        text ->
            text.equals("none")
                ? List.of()
                : Arrays.stream(text.replaceFirst(",$", "").split(",", -1))
                    .map(String::strip)
                    .map(reader)
                    .toList());
  }

  public static Form<Long> number(long least, long most) {
    String words = "a whole number from " + least + " to " + most;
    return of(words, text -> within(parseNumber(text), least, most));
  }

  private static long parseNumber(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException _) {
      throw new IllegalArgumentException();
    }
  }

  public static Form<Integer> number(int least, int most) {
    return number((long) least, (long) most).map(Math::toIntExact);
  }

  /** 0 lifts the limit. */
  public static Form<Integer> limit() {
    var number = number(0, Integer.MAX_VALUE);
    return of("a whole number, or 0 for no limit", number.reader());
  }

  public static Form<Duration> duration(Duration least, Duration most) {
    return of(
        "an ISO 8601 duration from " + least + " to " + most,
        text -> within(parseDuration(text), least, most));
  }

  private static Duration parseDuration(String text) {
    try {
      return Duration.parse(text);
    } catch (DateTimeParseException _) {
      throw new IllegalArgumentException();
    }
  }

  public static Form<Boolean> yesOrNo() {
    return oneOf(List.of("false", "true"), Boolean::valueOf);
  }

  public static <T> Form<T> oneOf(List<String> words, Function<String, T> reader) {
    String either = words.stream().map(w -> "`" + w + "`").collect(Collectors.joining(" or "));
    return of(
        either,
        text -> {
          if (!words.contains(text)) {
            throw new IllegalArgumentException();
          }
          return reader.apply(text);
        });
  }

  public static Form<String> matching(String words, Pattern pattern) {
    return of(
        words,
        text -> {
          if (!pattern.matcher(text).matches()) {
            throw new IllegalArgumentException();
          }
          return text;
        });
  }

  /** A DynamoDB table, by its name or by its ARN. */
  public static Form<String> table() {
    return matching("a DynamoDB table's name or ARN", TABLE);
  }

  /**
   * An origin as browsers write it: in lower case, without a path and without a port that goes
   * without saying. Nothing of it could end a directive of a Content-Security-Policy, or a header.
   */
  public static Form<String> origin() {
    return of("a URL without a path, such as https://relay.example.com", Form::parseOrigin);
  }

  private static String parseOrigin(String text) {
    String origin = text.toLowerCase(Locale.ROOT).replaceFirst("/$", "");
    try {
      if (!ORIGIN.matcher(origin).matches()) {
        throw new IllegalArgumentException();
      }
      new URI(origin).parseServerAuthority();
    } catch (URISyntaxException _) {
      throw new IllegalArgumentException();
    }
    return origin.replaceFirst(origin.startsWith("https") ? ":443$" : ":80$", "");
  }

  public static Form<Path> readableFile() {
    return of(
        "the path of a PEM file that the relay may read",
        text -> {
          Path file = Path.of(text);
          if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new IllegalArgumentException("There is no such file that the relay may read.");
          }
          return file;
        });
  }

  public <R> Form<R> map(Function<T, R> mapping) {
    return new Form<>(words, secret, verbatim, reader.andThen(mapping));
  }

  private static <N extends Comparable<N>> N within(N value, N least, N most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException();
    }
    return value;
  }
}
