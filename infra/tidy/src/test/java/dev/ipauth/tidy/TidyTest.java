package dev.ipauth.tidy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions.Style;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TidyTest {
  private static final Path REPOSITORY = SourceTree.REPOSITORY;
  private static final boolean FIX = Boolean.getBoolean("tidy.fix");
  private static final int LONGEST_FILE = 400;
  private static final Pattern EMPTY_NAME =
      Pattern.compile(".*(Manager|Utils?|Helper|Impl|Base|Common|Service)\\.java");
  private static final Pattern SWALLOWS_EVERYTHING =
      Pattern.compile("catch \\((Exception|Throwable) \\w+\\) \\{\\s*+(?!throw )");
  private static final Pattern LOGGED =
      Pattern.compile("LOG\\s*\\.log\\((.*?)\\);", Pattern.DOTALL);
  private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");

  @Test
  void everySourceIsFormatted() throws IOException, FormatterException {
    var formatter = new Formatter();
    var unformatted = new TreeSet<String>();
    for (Path source : sources()) {
      String written = Files.readString(source);
      String imports = RemoveUnusedImports.removeUnusedImports(written);
      String formatted =
          formatter.formatSource(ImportOrderer.reorderImports(imports, Style.GOOGLE));
      if (!formatted.equals(written)) {
        unformatted.add(REPOSITORY.relativize(source).toString());
        if (FIX) {
          Files.writeString(source, formatted);
        }
      }
    }
    assertEquals(
        List.of(),
        FIX ? List.of() : List.copyOf(unformatted),
        "Not formatted; run: mvn -pl infra/tidy test -Dtidy.fix=true\n");
  }

  @Test
  void noFileIsLongerThanAReaderHolds() {
    assertNone("longer than " + LONGEST_FILE + " lines", source -> lines(source) > LONGEST_FILE);
  }

  @Test
  void everyNameSaysWhatTheThingIs() {
    assertNone("an empty name", source -> EMPTY_NAME.matcher(source.toString()).matches());
  }

  @Test
  void nothingSwallowsEverything() {
    assertNone(
        "swallows everything",
        source -> SWALLOWS_EVERYTHING.matcher(SourceTree.read(source)).find());
  }

  /** To java.text.MessageFormat one apostrophe begins a quotation, in which {0} is {0}. */
  @Test
  void anApostropheInALogMessageWithParametersIsDoubled() {
    assertNone(
        "an apostrophe that hides a parameter", source -> hidesParameter(SourceTree.read(source)));
  }

  private static boolean hidesParameter(String source) {
    return LOGGED
        .matcher(source)
        .results()
        .map(call -> LITERAL.matcher(call.group(1)).results().map(part -> part.group(1)))
        .map(parts -> parts.collect(Collectors.joining()).replace("''", ""))
        .anyMatch(message -> message.contains("{0}") && message.contains("'"));
  }

  @Test
  void everyPackageSaysWhatItIs() throws IOException {
    var silent =
        sources().stream()
            .filter(source -> source.toString().contains("src/main/java"))
            .map(Path::getParent)
            .distinct()
            .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
            .map(folder -> REPOSITORY.relativize(folder).toString())
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(new TreeSet<String>(), silent, "Packages without a package-info.java");
  }

  private static void assertNone(String fault, Predicate<Path> hasFault) {
    var faulty = sources().stream().filter(hasFault).map(REPOSITORY::relativize).toList();
    assertEquals(List.of(), faulty, fault);
    assertFalse(sources().isEmpty(), "No source was found, so nothing was held");
  }

  private static List<Path> sources() {
    return SourceTree.java();
  }

  private static long lines(Path source) {
    return SourceTree.read(source).lines().count();
  }
}
