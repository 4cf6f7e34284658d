package dev.ipauth.packages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class EnvironmentFileTest {
  private static final Path CONFIGURATION = Path.of("../docs/CONFIGURATION.md");
  private static final Path DEFAULTS = Path.of("tree/usr/lib/ipauth-relay/defaults.env");
  private static final Pattern FIRST_COLUMN = Pattern.compile("(?m)^\\|([^|]*)\\|");
  private static final Pattern NAME = Pattern.compile("[A-Z]{2,}(?:_[A-Z]+)+");

  @Test
  void hasEverySettingThatIsDocumented() throws IOException {
    String names =
        FIRST_COLUMN
            .matcher(Files.readString(CONFIGURATION))
            .results()
            .map(column -> column.group(1))
            .collect(Collectors.joining("\n"));
    Set<String> documented = matches(NAME, names);
    assertTrue(documented.size() > 50, documented.toString());
    assertEquals(documented, matches(Pattern.compile("(?m)(?<=^#)[A-Z_]+(?==)"), file()));
  }

  @Test
  void setsNothing() throws IOException {
    assertEquals(
        List.of(),
        file().lines().filter(line -> !line.isEmpty() && !line.startsWith("#")).toList());
  }

  @Test
  void saysWhatEachIsAndItsDefault() {
    String configuration =
        """
        ## Listening

        | variable | default | what |
        |---|---|---|
        | `SMTP_PORTS` | `2525` | Ports that [begin](x.md) in the `clear`. |
        | `HTTP_PORT`, `HTTP_ADDRESS` | 8080, `127.0.0.1` | the API |
        | `CERTIFICATE` | unset: none | its path |
        | `HTTP_URL` | made of the two | how people reach it |
        | `NEXT_HOP` | must be set | where mail goes |
        """;
    String wanted =
        """
        # Listening

        # Ports that begin in the clear.
        #SMTP_PORTS=25,587

        # the API
        #HTTP_PORT=8080
        #HTTP_ADDRESS=127.0.0.1

        # its path
        #CERTIFICATE=

        # how people reach it
        #HTTP_URL=

        # where mail goes
        #NEXT_HOP=
        """;
    String made = EnvironmentFile.of(configuration, "# own\nSMTP_PORTS=25,587\n");
    assertEquals(wanted, made.substring(made.indexOf("# Listening")));
  }

  private static String file() throws IOException {
    return EnvironmentFile.of(Files.readString(CONFIGURATION), Files.readString(DEFAULTS));
  }

  private static Set<String> matches(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(match -> match.group())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
