package dev.ipauth.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.tables.EmailAddress;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What strangers write is looked through once. A pattern that backtracks looks through it again for
 * each of its characters, on the event loop that all others wait for: a line of 4,096 commas took
 * as long as some thousand lines do.
 *
 * <p>Nothing is timed here: it is counted how often a pattern looks at a character.
 */
class PatternsTest {
  /** Those that read what comes from a device, a proxy, the next hop or an issuer of tokens. */
  private static final List<String> PACKAGES =
      List.of("smtp", "message", "proxy", "onward", "ses", "http", "oauth", "queue");

  private static final List<String> TABLES =
      List.of("EmailAddress", "IpAddressText", "Network", "Username");

  private static final List<String> ALPHABET = List.of("a1@,;:.<>()[]\"\\= -+".split(""));
  private static final List<String> BEGINNINGS =
      List.of("", "a@", "<", "\"", "(", "FROM:<a@", "a@b<", "PROXY TCP4 ");
  private static final List<String> ENDS = List.of("", "\u0001");
  private static final int SHORT = 200;
  private static final int LONG = 5 * SHORT;

  /** Five times as much is to be looked at five times as often; what is squared, 25 times. */
  private static final int MOST = 10;

  /** Where each is looked at a few times only, the growth says nothing. */
  private static final int FEW = 20 * LONG;

  /** Calls within one another, those that run the test included. */
  private static final int DEEP = LONG / 2;

  @Test
  void noneLooksAtATextAgainAndAgain() {
    var slow = new TreeSet<String>();
    List<Field> patterns = patterns();
    for (Field pattern : patterns) {
      for (String beginning : BEGINNINGS) {
        for (String piece : pieces()) {
          for (String end : ENDS) {
            if (isSquared(value(pattern), beginning, piece, end)) {
              slow.add(name(pattern));
            }
          }
        }
      }
    }
    assertEquals(new TreeSet<>(), slow);
    assertTrue(patterns.size() > 20, () -> "too few patterns were found: " + patterns);
  }

  /** A step deeper for each character is a stack that overflows at some thousands of them. */
  @Test
  void noneGoesDeeperWithEachCharacter() {
    var deep = new TreeSet<String>();
    for (Field pattern : patterns()) {
      for (String beginning : BEGINNINGS) {
        for (String piece : pieces()) {
          if (goesDeep(value(pattern), beginning, piece)) {
            deep.add(name(pattern));
          }
        }
      }
    }
    assertEquals(new TreeSet<>(), deep);
  }

  @Test
  void onesThatDoAreFound() {
    assertTrue(goesDeep(Pattern.compile("(?:a|b)*c"), "", "a"));
    assertFalse(goesDeep(Pattern.compile("(?:a|b)*+c"), "", "a"));
    assertTrue(isSquared(Pattern.compile("[^@]*@[^@]*,[^@]*@.*"), "a@", ",", ""));
    assertFalse(isSquared(Pattern.compile("[^@]*+@[^@,]*+,[^@]*+@.*"), "a@", ",", ""));
  }

  private static boolean isSquared(Pattern pattern, String beginning, String piece, String end) {
    long few = looks(pattern, beginning + piece.repeat(SHORT / piece.length()) + end);
    if (few < SHORT) {
      return false; // it stops early
    }
    long many = looks(pattern, beginning + piece.repeat(LONG / piece.length()) + end);
    return many > FEW && many > MOST * few;
  }

  private static long looks(Pattern pattern, String text) {
    var counted = new Counted(text);
    Matcher matcher = pattern.matcher(counted);
    var _ = matcher.matches();
    var _ = matcher.lookingAt();
    return counted.looks;
  }

  private static boolean goesDeep(Pattern pattern, String beginning, String piece) {
    var counted = new Counted(beginning + piece.repeat(LONG / piece.length()));
    var _ = pattern.matcher(counted).matches();
    return counted.depthAtTheEnd > DEEP;
  }

  private static List<String> pieces() {
    var pieces = new ArrayList<String>();
    for (String one : ALPHABET) {
      pieces.add(one);
      ALPHABET.forEach(other -> pieces.add(one + other));
    }
    return pieces;
  }

  /** Counts how often a character is looked at, and within how many calls the last one is. */
  private static final class Counted implements CharSequence {
    private final String text;
    private long looks;
    private long depthAtTheEnd;

    Counted(String text) {
      this.text = text;
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      looks++;
      if (depthAtTheEnd == 0 && index == text.length() - 1) {
        depthAtTheEnd = StackWalker.getInstance().walk(Stream::count);
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }

  // --- The patterns ------------------------------------------------------------------------------

  private static List<Field> patterns() {
    var patterns = new ArrayList<Field>();
    for (String folder : PACKAGES) {
      for (String name : classes(folder)) {
        patterns.addAll(patternsOf(Relay.class.getPackageName() + "." + folder + "." + name));
      }
    }
    for (String name : TABLES) {
      patterns.addAll(patternsOf(EmailAddress.class.getPackageName() + "." + name));
    }
    return patterns;
  }

  private static List<Field> patternsOf(String name) {
    try {
      return Arrays.stream(Class.forName(name).getDeclaredFields())
          .filter(field -> field.getType() == Pattern.class)
          .toList();
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> classes(String folder) {
    try {
      var root = Path.of(Relay.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      Path all = root.resolve(Relay.class.getPackageName().replace('.', '/')).resolve(folder);
      try (var files = Files.list(all)) {
        return files
            .map(file -> file.getFileName().toString())
            .filter(file -> file.endsWith(".class") && !file.startsWith("package-info"))
            .map(file -> file.replace(".class", ""))
            .toList();
      }
    } catch (IOException | URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static Pattern value(Field field) {
    try {
      field.setAccessible(true);
      return (Pattern) field.get(null);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  private static String name(Field field) {
    return field.getDeclaringClass().getSimpleName() + "." + field.getName();
  }
}
