package dev.ipauth.relay.transcript;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A dialogue in a file. Each line begins with who speaks:
 *
 * <ul>
 *   <li>{@code C:} the device, {@code S:} the relay's answer to it
 *   <li>{@code N:} what the next hop hears, {@code H:} what it answers
 *   <li>{@code L:} what is left behind for the operator
 *   <li>{@code given} something that was so before
 *   <li>a word in capitals: something that happens and isn't said, such as {@code TLS} or {@code
 *       CLOSED}; whoever plays the transcript says which there are
 *   <li>{@code #} a remark
 * </ul>
 *
 * {@code S: 250-…} is the whole of an answer to EHLO, whatever the relay offers. {@code \r}, {@code
 * \n}, {@code \0}, {@code \xHH} and {@code \}{@code uHHHH} stand for octets and characters. Where a
 * file has several dialogues, each begins with {@code === title}.
 */
public record Transcript(String title, List<Line> lines) {
  /** An answer to EHLO that isn't written out. */
  public static final String ANY_OFFER = "250-…";

  private static final String TITLE = "=== ";

  /** One line, and who says it. */
  public record Line(String who, String text) {
    /** A line as it is written. */
    public static Line of(String line) {
      int space = line.indexOf(' ');
      return space < 0
          ? new Line(line, "")
          : new Line(line.substring(0, space), line.substring(space + 1));
    }

    boolean isRemark() {
      return who.startsWith("#") || who.isEmpty();
    }

    @Override
    public String toString() {
      return text.isEmpty() ? who : who + " " + text;
    }
  }

  /** All that a file has; one without a title is called as its file is. */
  public static List<Transcript> in(Path file) throws IOException {
    var transcripts = new ArrayList<Transcript>();
    String title = file.getFileName().toString().replace(".txt", "").replace('-', ' ');
    var lines = new ArrayList<Line>();
    for (String text : Files.readAllLines(file)) {
      if (text.startsWith(TITLE)) {
        add(transcripts, title, lines);
        title = text.substring(TITLE.length());
        lines.clear();
      } else if (!Line.of(text).isRemark()) {
        lines.add(Line.of(text));
      }
    }
    add(transcripts, title, lines);
    return transcripts;
  }

  private static void add(List<Transcript> transcripts, String title, List<Line> lines) {
    if (!lines.isEmpty()) {
      transcripts.add(new Transcript(title, List.copyOf(lines)));
    }
  }

  /** What was so before. */
  public List<String> given() {
    return of("given").stream().map(Line::text).toList();
  }

  /** What these say and do, in order. */
  public List<Line> of(String... who) {
    Set<String> some = Set.of(who);
    return lines.stream().filter(line -> some.contains(line.who())).toList();
  }

  /** What is written with backslashes, as it is. */
  public static String plain(String text) {
    var plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\' || i + 1 == text.length()) {
        plain.append(c);
        continue;
      }
      char escaped = text.charAt(++i);
      switch (escaped) {
        case 'r' -> plain.append('\r');
        case 'n' -> plain.append('\n');
        case '0' -> plain.append('\0');
        case 'x', 'u' -> {
          int digits = escaped == 'x' ? 2 : 4;
          plain.append((char) Integer.parseInt(text.substring(i + 1, i + 1 + digits), 16));
          i += digits;
        }
        default -> plain.append(escaped);
      }
    }
    return plain.toString();
  }
}
