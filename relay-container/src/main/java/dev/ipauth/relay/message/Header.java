package dev.ipauth.relay.message;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;

/**
 * A message's header (RFC 5322 section 2.2), read for what the relay must know of it.
 *
 * @param fields in their order
 * @param isPlain whether every line belongs to a field and holds no control character but tabs. Of
 *     any other header readers disagree where it ends and what its fields are
 */
record Header(List<Field> fields, boolean isPlain) {

  /**
   * One field.
   *
   * @param body unfolded: continuation lines joined, their line ends gone
   */
  record Field(String name, String body) {}

  Header {
    fields = List.copyOf(fields);
  }

  /** Reads lines that end in CRLF, the blank line not among them. */
  static Header parse(byte[] octets, int from, int to) {
    var lines = new Lines();
    String text = new String(octets, from, to - from, UTF_8);
    int at = 0;
    while (at < text.length()) {
      int end = text.indexOf('\n', at);
      lines.take(withoutCr(text.substring(at, end < 0 ? text.length() : end)));
      at = end < 0 ? text.length() : end + 1;
    }
    lines.endField();
    return new Header(lines.fields, lines.plain);
  }

  private static String withoutCr(String line) {
    return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
  }

  /** Fields in the making. A line that is none ends the one before it, and is passed over. */
  private static final class Lines {
    private final List<Field> fields = new ArrayList<>();
    private final StringBuilder body = new StringBuilder();
    private String name = "";
    private boolean plain = true;

    void take(String line) {
      if (!line.isEmpty() && isBlank(line.charAt(0))) {
        body.append(line);
      } else {
        endField();
        name = nameOf(line);
        body.append(line, line.indexOf(':') + 1, line.length());
      }
      plain = plain && !name.isEmpty() && !holdsControl(line);
    }

    void endField() {
      if (!name.isEmpty()) {
        fields.add(new Field(name, body.toString()));
      }
      name = "";
      body.setLength(0);
    }
  }

  /** Whether a line begins a field. */
  static boolean isField(String line) {
    return !nameOf(line).isEmpty();
  }

  /**
   * The name of the field that a line begins: visible ASCII up to the colon, and before that blanks
   * (section 4.5). Empty when it begins none.
   */
  private static String nameOf(String line) {
    int end = 0;
    while (end < line.length() && isOfName(line.charAt(end))) {
      end++;
    }
    int colon = end;
    while (colon < line.length() && isBlank(line.charAt(colon))) {
      colon++;
    }
    return colon < line.length() && line.charAt(colon) == ':' ? line.substring(0, end) : "";
  }

  /** Whether a line that begins so goes on with the field before it. */
  static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private static boolean isOfName(char c) {
    return c > ' ' && c <= '~' && c != ':';
  }

  private static boolean holdsControl(String line) {
    int at = 0;
    while (at < line.length() && !isControl(line.charAt(at))) {
      at++;
    }
    return at < line.length();
  }

  private static boolean isControl(char c) {
    return (c < ' ' && c != '\t') || c == 127;
  }

  boolean has(String name) {
    return count(name) > 0;
  }

  int count(String name) {
    int count = 0;
    for (Field field : fields) {
      count += field.name().equalsIgnoreCase(name) ? 1 : 0;
    }
    return count;
  }

  /** The bodies of the fields of this name. */
  List<String> bodies(String name) {
    return fields.stream()
        .filter(field -> field.name().equalsIgnoreCase(name))
        .map(Field::body)
        .toList();
  }
}
