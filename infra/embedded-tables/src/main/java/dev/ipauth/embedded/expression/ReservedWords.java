package dev.ipauth.embedded.expression;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Set;

/** The words that DynamoDB takes as an attribute's name only behind a placeholder. */
final class ReservedWords {
  private static final Set<String> WORDS = read();

  private ReservedWords() {}

  static boolean isOne(String word) {
    return WORDS.contains(word.toUpperCase(Locale.ROOT));
  }

  private static Set<String> read() {
    try (InputStream file = ReservedWords.class.getResourceAsStream("reserved-words.txt")) {
      String words = new String(requireNonNull(file).readAllBytes(), US_ASCII);
      return Set.of(words.strip().split("\\s+"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
