package dev.ipauth.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.settings.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The table of settings between the two marks of a document is made of the settings themselves.
 * {@code mvn -pl relay-container -am test -Ddocs.fix=true} writes it anew.
 */
class DocumentationTest {
  private static final boolean FIX = Boolean.getBoolean("docs.fix");
  private static final Path CONFIGURATION = Path.of("../infra/docs/CONFIGURATION.md");
  private static final Path README = Path.of("../README.md");
  private static final String BEGIN = "<!-- relay settings: made by DocumentationTest -->\n";
  private static final String END = "<!-- end of relay settings -->\n";

  @Test
  void configurationListsEverySetting() throws IOException {
    holds(CONFIGURATION, parts());
  }

  @Test
  void readmeListsEverySettingWhereItListsThem() throws IOException {
    if (Files.exists(README) && Files.readString(README).contains(BEGIN)) {
      holds(README, table(Settings.ALL));
    }
  }

  private static void holds(Path document, String wanted) throws IOException {
    String text = Files.readString(document);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    assertTrue(begin >= 0 && end > begin, () -> document + " lacks the marks " + BEGIN + END);
    String made = text.substring(0, begin) + BEGIN + "\n" + wanted + "\n" + text.substring(end);
    if (FIX) {
      Files.writeString(document, made);
    } else {
      assertEquals(
          made, text, "Out of date; run: mvn -pl relay-container -am test -Ddocs.fix=true\n");
    }
  }

  private static String parts() {
    return Settings.PARTS.stream()
        .map(part -> "## " + part.heading() + "\n\n" + table(part.settings()))
        .collect(Collectors.joining("\n"));
  }

  private static String table(List<Setting<?>> settings) {
    return settings.stream()
        .map(DocumentationTest::row)
        .collect(Collectors.joining("", "| variable | default | what |\n|---|---|---|\n", ""));
  }

  private static String row(Setting<?> setting) {
    String form = setting.form().words();
    String sentence = Character.toUpperCase(form.charAt(0)) + form.substring(1) + ".";
    return "| `%s` | %s | %s %s |\n"
        .formatted(setting.name(), whenUnset(setting), setting.meaning(), sentence);
  }

  private static String whenUnset(Setting<?> setting) {
    String text = setting.whenUnset();
    if (text == null) {
      return "must be set";
    }
    return text.isEmpty() ? "unset" : "`" + text + "`";
  }
}
