package dev.ipauth.relay.smtp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A message's header (RFC 5322 section 2.2), read for what the relay must know of it.
 *
 * @param fields in their order
 * @param isPlain whether every line belongs to a field and holds no control character but tabs. Of
 *     any other header readers disagree where it ends and what its fields are
 */
record Header(List<Field> fields, boolean isPlain) {
  private static final Pattern BEGINS_FIELD = Pattern.compile("([!-9;-~]+)[ \\t]*:");
  private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x08\\x0a-\\x1f\\x7f]");

  /**
   * One field.
   *
   * @param body unfolded: continuation lines joined, their line ends gone
   */
  record Field(String name, String body) {}

  Header {
    fields = List.copyOf(fields);
  }

  /** Reads a block of lines that end in CRLF, the blank line not among them. */
  static Header parse(byte[] block) {
    var lines = new Lines();
    new String(block, UTF_8).lines().forEach(lines::take);
    lines.endField();
    return new Header(lines.fields, lines.plain);
  }

  /** Fields in the making. A line that is none ends the one before it, and is passed over. */
  private static final class Lines {
    private final List<Field> fields = new ArrayList<>();
    private final StringBuilder body = new StringBuilder();
    private String name = "";
    private boolean plain = true;

    void take(String line) {
      boolean continues = line.startsWith(" ") || line.startsWith("\t");
      var begins = BEGINS_FIELD.matcher(line);
      if (continues) {
        body.append(line);
      } else {
        endField();
        if (begins.lookingAt()) {
          name = begins.group(1);
          body.append(line, begins.end(), line.length());
        }
      }
      plain = plain && !name.isEmpty() && !CONTROL.matcher(line).find();
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
    return BEGINS_FIELD.matcher(line).lookingAt();
  }

  boolean has(String name) {
    return count(name) > 0;
  }

  int count(String name) {
    return bodies(name).size();
  }

  /** The bodies of the fields of this name. */
  List<String> bodies(String name) {
    return fields.stream()
        .filter(field -> field.name().equalsIgnoreCase(name))
        .map(Field::body)
        .toList();
  }
}
