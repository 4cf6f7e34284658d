package dev.ipauth.relay.wire;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A dialogue in a file. Each line begins with who speaks:
 *
 * <ul>
 *   <li>{@code C:} the device, {@code S:} the relay's answer
 *   <li>{@code N:} what the next hop hears, {@code H:} what it answers
 *   <li>{@code L:} what is left behind for the operator: the event, why, and the reply's code
 *   <li>{@code given} something that was so before, see {@link Given}
 *   <li>{@code TLS} the device begins TLS; {@code CLOSED} the relay closed the connection
 *   <li>{@code #} a remark
 * </ul>
 *
 * A {@code C:} line is sent with CRLF, unless it ends in a backslash; {@code \r}, {@code \n},
 * {@code \0} and {@code \xHH} stand for octets. The device waits for the {@code S:} lines before it
 * goes on.
 *
 * @param device what happens on the device's connection, in order
 * @param nextHop what happens on the next hop's connections, in order
 * @param events what is left behind, in order
 */
record Transcript(
    String name, List<String> given, List<Line> device, List<Line> nextHop, List<String> events) {

  /** One line, and who says it. */
  record Line(String who, String text) {}

  static Transcript read(Path file) throws IOException {
    var given = new ArrayList<String>();
    var device = new ArrayList<Line>();
    var nextHop = new ArrayList<Line>();
    var events = new ArrayList<String>();
    for (String line : Files.readAllLines(file)) {
      int space = line.indexOf(' ');
      String who = space < 0 ? line : line.substring(0, space);
      String text = space < 0 ? "" : line.substring(space + 1);
      switch (who) {
        case "C:", "S:", "TLS", "CLOSED" -> device.add(new Line(who, text));
        case "N:", "H:", "NEXT-HOP-CLOSES" -> nextHop.add(new Line(who, text));
        case "L:" -> events.add(text);
        case "given" -> given.add(text);
        case "#", "" -> {}
        default -> throw new IllegalArgumentException(file + ": " + line);
      }
    }
    String name = file.getFileName().toString().replace(".txt", "").replace('-', ' ');
    return new Transcript(name, given, device, nextHop, events);
  }

  /**
   * Whether it goes the same way at this pace: what the device sends can go in one packet where it
   * is known before the relay answers.
   */
  boolean canGo(Device.Pace pace) {
    boolean inStepOnly = given.contains("only in step");
    return switch (pace) {
      case LINE_BY_LINE -> true;
      case OCTET_BY_OCTET -> !inStepOnly;
      case ONE_PACKET, ONE_PACKET_AND_THE_END ->
          !inStepOnly && device.stream().noneMatch(line -> line.who().equals("TLS"));
    };
  }

  /** The octets of a device's line. */
  static String octets(String text) {
    boolean open = text.endsWith("\\");
    String line = open ? text.substring(0, text.length() - 1) : text + "\r\n";
    var octets = new StringBuilder();
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c != '\\' || i + 1 == line.length()) {
        octets.append(c);
        continue;
      }
      char escaped = line.charAt(++i);
      switch (escaped) {
        case 'r' -> octets.append('\r');
        case 'n' -> octets.append('\n');
        case '0' -> octets.append('\0');
        case 'x' -> {
          octets.append((char) Integer.parseInt(line.substring(i + 1, i + 3), 16));
          i += 2;
        }
        default -> octets.append(escaped);
      }
    }
    return octets.toString();
  }
}
