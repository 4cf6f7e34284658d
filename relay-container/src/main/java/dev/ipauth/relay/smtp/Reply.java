package dev.ipauth.relay.smtp;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A reply (RFC 5321 section 4.2), ours or the next hop's.
 *
 * @param code 200 to 599
 * @param lines the text of each line, an enhanced status code (RFC 2034) included; never empty, and
 *     without CR, LF or NUL
 */
public record Reply(int code, List<String> lines) {

  /** RFC 5321 section 4.5.3.1.5: 512 octets, of which code, separator and CRLF take six. */
  private static final int LONGEST_TEXT = 512 - 6;

  /**
   * Characters of what is written down of a reply, wherever that is: a next hop may say a hundred
   * lines of 4,096 octets.
   */
  private static final int LONGEST_TOLD = 1000;

  private static final Pattern ENHANCED = Pattern.compile("[245]\\.\\d{1,3}\\.\\d{1,3} ");

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

  /**
   * The octets on the wire, the last CRLF included. A line that is longer than a client need read
   * is cut into several, each with the code and the enhanced status code (RFC 2034 section 4).
   */
  public byte[] bytes() {
    List<String> cut = allFit() ? lines : lines.stream().flatMap(Reply::cut).toList();
    var text = new StringBuilder();
    for (int i = 0; i < cut.size(); i++) {
      char separator = i == cut.size() - 1 ? ' ' : '-';
      text.append(code).append(separator).append(cut.get(i)).append("\r\n");
    }
    return text.toString().getBytes(UTF_8);
  }

  /** In a loop, because every command is replied to. */
  private boolean allFit() {
    for (String line : lines) {
      if (!fits(line)) {
        return false;
      }
    }
    return true;
  }

  private static boolean fits(String line) {
    int mostOctetsOfAChar = 3;
    return line.length() <= LONGEST_TEXT / mostOctetsOfAChar || octets(line) <= LONGEST_TEXT;
  }

  private static Stream<String> cut(String line) {
    Matcher enhanced = ENHANCED.matcher(line);
    String prefix = enhanced.lookingAt() ? enhanced.group() : "";
    var pieces = new ArrayList<String>();
    String rest = line.substring(prefix.length());
    while (!fits(prefix + rest)) {
      int end = end(rest, LONGEST_TEXT - prefix.length());
      pieces.add(prefix + rest.substring(0, end));
      rest = rest.substring(end).stripLeading();
    }
    pieces.add(prefix + rest);
    return pieces.stream();
  }

  /** Where to cut: behind the last word that fits whole, else behind the last character. */
  private static int end(String text, int room) {
    int end = 0;
    int used = 0;
    int behindWord = 0;
    while (used <= room) {
      if (text.charAt(end) == ' ') {
        behindWord = end;
      }
      int character = text.codePointAt(end);
      used += octets(Character.toString(character));
      end += used <= room ? Character.charCount(character) : 0;
    }
    return behindWord > 0 ? behindWord : end;
  }

  private static int octets(String text) {
    return text.getBytes(UTF_8).length;
  }

  /** One line for a log: the code and the lines' text, as far as a line of a log goes. */
  @Override
  public String toString() {
    String all = code + " " + String.join(" ", lines);
    return all.codePointCount(0, all.length()) <= LONGEST_TOLD
        ? all
        : all.substring(0, all.offsetByCodePoints(0, LONGEST_TOLD - 1)) + "…";
  }
}
