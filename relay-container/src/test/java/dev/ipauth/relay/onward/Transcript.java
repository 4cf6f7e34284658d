package dev.ipauth.relay.onward;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Dialogues in a file: each begins with {@code === title}; a line with {@code #} is a remark. */
record Transcript(String title, List<String> lines) {

  /** What several transcripts begin with, under one word. */
  private static final String ASKED =
      """
      mail FROM:<a@example.com>
      rcpt TO:<b@example.org>
      accept
      < 220 next.example
      > EHLO relay.example
      < 250-next.example
      < 250 PIPELINING
      > MAIL FROM:<a@example.com>
      > RCPT TO:<b@example.org>
      < 250 fine
      """;

  private static final String MESSAGE =
      ASKED
          + """
          < 250 fine
          = 250 fine
          data
          > DATA
          < 354 go
          = 354 go
          """;

  static List<Transcript> in(String file) throws IOException {
    var found = new ArrayList<Transcript>();
    for (String part : read(file).split("(?m)^=== ", -1)) {
      var lines = part.lines().filter(line -> !line.isBlank()).toList();
      if (!lines.isEmpty() && !lines.getFirst().startsWith("#")) {
        found.add(new Transcript(lines.getFirst(), steps(lines.subList(1, lines.size()))));
      }
    }
    return found;
  }

  private static List<String> steps(List<String> lines) {
    return lines.stream()
        .flatMap(Transcript::expand)
        .filter(line -> !line.startsWith("#"))
        .toList();
  }

  private static Stream<String> expand(String line) {
    return switch (line) {
      case "asked" -> ASKED.lines();
      case "message" -> MESSAGE.lines();
      default -> Stream.of(line);
    };
  }

  private static String read(String file) throws IOException {
    try (InputStream in = Transcript.class.getResourceAsStream(file)) {
      return new String(Objects.requireNonNull(in, file).readAllBytes(), UTF_8);
    }
  }
}
