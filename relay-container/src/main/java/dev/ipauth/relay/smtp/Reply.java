package dev.ipauth.relay.smtp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;

/**
 * A reply (RFC 5321 section 4.2), ours or the next hop's.
 *
 * @param code 200 to 599
 * @param lines the text of each line, an enhanced status code (RFC 2034) included; never empty, and
 *     without CR, LF or NUL
 */
public record Reply(int code, List<String> lines) {

  public Reply {
    lines = List.copyOf(lines);
    if (code < 200 || code > 599 || lines.isEmpty()) {
      throw new IllegalArgumentException("Not a reply: " + code + " " + lines);
    }
  }

  public static Reply of(int code, String text) {
    return new Reply(code, List.of(text));
  }

  /** 2xx, or 3xx: go on. */
  public boolean isPositive() {
    return code < 400;
  }

  /** 4xx: try again later. */
  public boolean isTransient() {
    return code >= 400 && code < 500;
  }

  /** The octets on the wire, the last CRLF included. */
  public byte[] bytes() {
    var text = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      char separator = i == lines.size() - 1 ? ' ' : '-';
      text.append(code).append(separator).append(lines.get(i)).append("\r\n");
    }
    return text.toString().getBytes(UTF_8);
  }

  /** One line for a log: the code and the lines' text. */
  @Override
  public String toString() {
    return code + " " + String.join(" ", lines);
  }
}
