package dev.ipauth.relay.smtp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A message's header (RFC 5322 section 2.2), read for what the relay must know of it. Lines that
 * are no field are passed over, never an end: some readers of mail go on behind them.
 *
 * @param fields those that every reader sees, in their order
 * @param seenBySome further ones that only some readers see; a rule must hold for them too
 */
record Header(List<Field> fields, List<Field> seenBySome) {

  /**
   * One field.
   *
   * @param name as written, without space or control characters around it
   * @param body unfolded: continuation lines joined, their line ends gone
   */
  record Field(String name, String body) {}

  Header {
    fields = List.copyOf(fields);
    seenBySome = List.copyOf(seenBySome);
  }

  /** Reads a block of lines that end in CRLF, the blank line not among them. */
  static Header parse(byte[] block) {
    var lines = new Lines();
    for (String line : new String(block, UTF_8).split("\r\n", -1)) {
      lines.take(line);
    }
    lines.endField();
    return new Header(lines.fields, lines.seenBySome);
  }

  /** Fields in the making. */
  private static final class Lines {
    private final List<Field> fields = new ArrayList<>();
    private final List<Field> seenBySome = new ArrayList<>();
    private String name = "";
    private StringBuilder body = new StringBuilder();
    private @Nullable String interrupted;
    private String noField = "";

    void take(String line) {
      if (isContinuation(line)) {
        body.append(line);
        if (interrupted != null) {
          beginsInTheEyesOfSome(line);
          beginsInTheEyesOfSome(noField + line);
        }
      } else if (isField(line)) {
        endField();
        name = nameIn(line);
        body = new StringBuilder(line.substring(line.indexOf(':') + 1));
      } else {
        interrupted = interrupted == null ? body.toString() : interrupted;
        noField = line;
      }
    }

    /**
     * Behind a line that is no field there are readers who see one begin in a continuation: in it
     * alone behind control characters, or with that line as its name and the colon folded away.
     * What they see in it can't be told, so it says nothing that a rule could allow.
     */
    private void beginsInTheEyesOfSome(String line) {
      if (isField(line)) {
        seenBySome.add(new Field(nameIn(line), ""));
      }
    }

    /**
     * Where a line that is no field stands within one, some readers see the field end and others
     * see it go on behind that line: it counts as both.
     */
    void endField() {
      if (interrupted != null && !interrupted.contentEquals(body)) {
        seenBySome.add(new Field(name, interrupted));
      }
      interrupted = null;
      fields.add(new Field(name, body.toString()));
    }
  }

  private static boolean isContinuation(String line) {
    return line.startsWith(" ") || line.startsWith("\t");
  }

  private static String nameIn(String field) {
    return field.substring(0, field.indexOf(':')).trim();
  }

  /**
   * Whether a line begins a field: printable ASCII and a colon. Obsolete syntax allows space before
   * it; and there are readers of mail that see no control characters around it.
   */
  static boolean isField(String line) {
    int colon = line.indexOf(':');
    String name = colon < 0 ? "" : line.substring(0, colon).trim();
    return !name.isEmpty() && name.chars().allMatch(c -> c > ' ' && c < 127);
  }

  /** Whether every reader sees a field of this name. */
  boolean has(String name) {
    return fields.stream().anyMatch(field -> field.name().equalsIgnoreCase(name));
  }

  /** How many fields of this name there are, in anyone's eyes. */
  int count(String name) {
    return bodies(name).size();
  }

  /** The bodies of the fields of this name, in anyone's eyes. */
  List<String> bodies(String name) {
    return Stream.concat(fields.stream(), seenBySome.stream())
        .filter(field -> field.name().equalsIgnoreCase(name))
        .map(Field::body)
        .toList();
  }
}
