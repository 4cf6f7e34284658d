package dev.ipauth.tidy;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What operators are told names what is there: parameters, alarms, settings, tests, pages. */
class OperatorPagesTest {
  private static final Path REPOSITORY = SourceTree.REPOSITORY;
  private static final Path PAGES = REPOSITORY.resolve("infra/docs");
  private static final Pattern BLOCK = Pattern.compile("(?s)```.*?```");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern CAMEL_CASE = Pattern.compile("\\b[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+");

  /** What begins with AWS is the SDK's. */
  private static final Pattern SETTING = Pattern.compile("\\b(?!AWS_)[A-Z]+(?:_[A-Z]+)+\\b");

  private static final Pattern FILE = Pattern.compile("[a-z-]+\\.(?:txt|csv|http|pml)");
  private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#]*)(?:#([^)]*))?\\)");
  private static final Set<String> OF_NO_ALARM = Set.of("Without an alarm", "The queue");
  private static final Pattern HEADING = Pattern.compile("(?m)^##+ (.+)$");
  private static final Pattern ALARM =
      Pattern.compile(
          "AlarmName: !Sub \"\\$\\{(?:Platform|AWS::StackName)}-([a-z-]+?)(?:-\\$\\{.*)?\"");

  @ParameterizedTest
  @ValueSource(strings = {"DEPLOYING.md", "COST.md", "THREATS.md", "RUNBOOK.md", "ONE-MACHINE.md"})
  void namesWhatIsThere(String page) throws IOException {
    String code =
        found(CODE, BLOCK.matcher(Files.readString(PAGES.resolve(page))).replaceAll(""))
            .collect(joining("\n"));
    String templates = templates();
    String settings = read("infra/docs/CONFIGURATION.md") + templates;
    Set<String> files = fileNames();

    Set<String> unknown = new TreeSet<>();
    matches(CAMEL_CASE, code)
        .filter(name -> !templates.contains(name) && !files.contains(name + ".java"))
        .forEach(unknown::add);
    matches(SETTING, code).filter(name -> !settings.contains(name)).forEach(unknown::add);
    matches(FILE, code).filter(name -> !files.contains(name)).forEach(unknown::add);
    assertEquals(Set.of(), unknown);
  }

  @Test
  void theRunbookHasEveryAlarm() throws IOException {
    Set<String> told =
        found(HEADING, read("infra/docs/RUNBOOK.md"))
            .filter(heading -> !OF_NO_ALARM.contains(heading))
            .collect(toCollection(TreeSet::new));

    Set<String> alarms = found(ALARM, templates()).collect(toCollection(TreeSet::new));
    assertTrue(alarms.size() > 5, alarms.toString());
    assertEquals(alarms, told);
  }

  private static String templates() throws IOException {
    try (Stream<Path> nested = Files.list(REPOSITORY.resolve("infra"))) {
      return Stream.concat(
              Stream.of("template.yaml", "infra/tables/tables.yaml"),
              nested.map(file -> "infra/" + file.getFileName()).filter(f -> f.endsWith(".yaml")))
          .map(OperatorPagesTest::read)
          .collect(joining("\n"));
    }
  }

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    Set<String> broken = new TreeSet<>();
    for (Path page : pages()) {
      LINK.matcher(Files.readString(page))
          .results()
          .filter(link -> !leads(page, link.group(1), link.group(2)))
          .forEach(link -> broken.add(page.getFileName() + ": " + link.group()));
    }
    assertEquals(Set.of(), broken);
  }

  private static boolean leads(Path from, String file, @Nullable String to) {
    Path target = file.isEmpty() ? from : from.resolveSibling(file).normalize();
    if (!Files.exists(target)) {
      return false;
    }
    return to == null
        || found(HEADING, text(target)).anyMatch(heading -> anchor(heading).equals(to));
  }

  // As the hosts of repositories make them.
  private static String anchor(String heading) {
    return heading.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 -]", "").replace(' ', '-');
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.list(PAGES)) {
      return Stream.concat(Stream.of(REPOSITORY.resolve("README.md")), files)
          .filter(file -> file.toString().endsWith(".md"))
          .toList();
    }
  }

  private static Set<String> fileNames() {
    Set<String> names = new TreeSet<>();
    for (String folder : List.of("functions/src", "relay-container/src", "infra")) {
      SourceTree.files(REPOSITORY.resolve(folder))
          .forEach(file -> names.add(file.getFileName().toString()));
    }
    return names;
  }

  private static Stream<String> matches(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(match -> match.group());
  }

  private static Stream<String> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().map(match -> match.group(1));
  }

  private static String read(String file) {
    return text(REPOSITORY.resolve(file));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
