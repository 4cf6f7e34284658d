package dev.ipauth.relay.onward;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ipauth.relay.smtp.Ascii;
import dev.ipauth.relay.smtp.Reply;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the next hop's replies (RFC 5321 section 4.2), and nothing that only looks like one. */
final class ReplyReader {
  private static final int CODE = 3;
  private static final String DIGITS = "0123456789";

  /** What would be more than a line's text to a device, a log or a terminal. */
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Zl}\\p{Zp}]");

  private static final int LONGEST_LINE = 4096;
  private static final int MOST_LINES = 100;

  private final List<String> lines = new ArrayList<>();
  private int code;

  /** What came is no reply. */
  static final class Nonsense extends Exception {
    private static final long serialVersionUID = 1;

    Nonsense(String why) {
      super(why);
    }
  }

  /** Whether a reply's first lines have come and its last hasn't. */
  boolean isAmidReply() {
    return !lines.isEmpty();
  }

  /**
   * Takes the next reply out of what was received.
   *
   * @return null when it isn't complete yet
   */
  @Nullable Reply take(ByteBuf received) throws Nonsense {
    int length = received.bytesBefore((byte) '\n');
    while (length >= 0) {
      if (isLast(line(received, length))) {
        var reply = new Reply(code, lines);
        lines.clear();
        return reply;
      }
      length = received.bytesBefore((byte) '\n');
    }
    if (received.readableBytes() > LONGEST_LINE) {
      throw new Nonsense("a reply's line is too long");
    }
    return null;
  }

  /** RFC 5321 ends it with CRLF; a next hop that sends LF alone is understood too. */
  private static String line(ByteBuf received, int length) throws Nonsense {
    if (length > LONGEST_LINE) {
      throw new Nonsense("a reply's line is too long");
    }
    String line = received.readString(length, UTF_8);
    received.skipBytes(1);
    return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
  }

  private boolean isLast(String line) throws Nonsense {
    if (!isReplyLine(line)) {
      throw new Nonsense("what came is no reply");
    }
    if (lines.size() == MOST_LINES) {
      throw new Nonsense("a reply has too many lines");
    }
    int found = Integer.parseInt(line, 0, CODE, 10);
    if (!lines.isEmpty() && found != code) {
      throw new Nonsense("a reply's lines have different codes");
    }
    code = found;
    boolean bare = line.length() == CODE;
    lines.add(bare ? "" : harmless(line.substring(CODE + 1)));
    return bare || line.charAt(CODE) == ' ';
  }

  /** Three digits from 200 to 599, then nothing, or a space or hyphen and whatever else. */
  private static boolean isReplyLine(String line) {
    return line.length() >= CODE
        && (line.length() == CODE || " -".indexOf(line.charAt(CODE)) >= 0)
        && "2345".indexOf(line.charAt(0)) >= 0
        && DIGITS.indexOf(line.charAt(1)) >= 0
        && DIGITS.indexOf(line.charAt(2)) >= 0;
  }

  private static String harmless(String text) {
    return Ascii.isPrintable(text) ? text : CONTROL.matcher(text).replaceAll("?");
  }
}
