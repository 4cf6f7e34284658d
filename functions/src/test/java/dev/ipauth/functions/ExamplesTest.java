package dev.ipauth.functions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Runs {@code examples/*.http}, each file on empty tables, its exchanges one after the other. */
class ExamplesTest {
  static final Path EXAMPLES = Path.of("src/test/resources/dev/ipauth/functions/examples");

  private static final Pattern EXCHANGE = Pattern.compile("(?m)^###.*$");

  @TestFactory
  List<DynamicTest> examples() throws IOException {
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      return files
          .sorted()
          .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> alone(file)))
          .toList();
    }
  }

  private static void alone(Path file) throws IOException, InterruptedException {
    try (Platform platform = Platform.start()) {
      run(file, platform);
    }
  }

  /** A file of {@link #EXAMPLES} on tables that are empty. */
  static void run(Path file, Platform platform) throws IOException, InterruptedException {
    Map<String, String> known = new HashMap<>();
    for (String exchange : EXCHANGE.split(Files.readString(file), -1)) {
      String text = withoutComments(exchange);
      if (!text.isBlank()) {
        new Example(text).run(platform, known);
      }
    }
  }

  private static String withoutComments(String exchange) {
    return Arrays.stream(exchange.split("\n", -1))
        .filter(line -> !line.startsWith("#"))
        .reduce("", (text, line) -> text + line + "\n");
  }
}
