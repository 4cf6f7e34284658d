package dev.ipauth.packages;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command reads the settings as systemd does for the service. */
class EnvironmentReaderTest {
  private static final String READER = "tree/usr/lib/ipauth-relay/environment.awk";

  // \n and \\ are a line end and a backslash of the file.
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "A=one                | one",
        "A=one two            | one two",
        "#A=one               | unset",
        ";A=one               | unset",
        "A=                   | ",
        "A=one#two            | one#two",
        "A=\"one two\"        | one two",
        "A=\"one # two\"      | one # two",
        "A='one \\ \"two\"'   | one \\ \"two\"",
        "A=one\\ntwo          | one",
        "A=one\\\\\\ntwo      | onetwo",
        "A=a\\\\b             | ab",
        "A=\"a\\\\b\"         | a\\\\b",
        "A=\"a\\\\$b\"        | a$b",
        "A=\"a\"'b'           | ab",
        "A=it's               | it's",
        "A=$HOME`id`          | $HOME`id`",
        "A=1\\nA=2            | 2",
        "no setting\\nA=1     | 1",
        "# it goes on \\\\\\nA=1\\nA=2 | 2",
      })
  void reads(String file, String value, @TempDir Path folder) throws Exception {
    Path settings = folder.resolve("settings");
    Files.writeString(settings, file.strip().replace("\\n", "\n").replace("\\\\", "\\"));
    assertEquals(value == null ? "" : value.replace("\\\\", "\\"), read(settings));
  }

  private static String read(Path settings) throws IOException, InterruptedException {
    String script = "unset A; eval \"$(awk -f \"$1\" \"$2\")\"; printf %s \"${A-unset}\"";
    Process shell =
        new ProcessBuilder("sh", "-euc", script, "sh", READER, settings.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, shell.waitFor(), said);
    return said;
  }
}
