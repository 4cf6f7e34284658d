package dev.ipauth.relay.message;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Whether a text begins with a header. Two things that programs put before one would make all of it
 * text: a byte order mark, which is left out, and the line that begins a message in an mbox file,
 * which becomes a field of its own, as Postfix has it.
 */
final class HeaderStart {
  private static final byte[] NOTHING = {};
  private static final byte[] MAILBOX_LINE = "X-Mailbox-Line: ".getBytes(US_ASCII);
  private static final String BYTE_ORDER_MARK = "\ufeff";
  private static final int BYTE_ORDER_MARK_SIZE = 3;

  private boolean certain;
  private int fieldsBegin;
  private int skipped;
  private byte[] inFront = NOTHING;

  /** Whether this is still header, now that one more line of it is there. */
  boolean isHeader(byte[] octets, int from, int to) {
    if (certain) {
      return Header.isBlank((char) octets[from]) || Header.isField(upToColon(octets, from, to));
    }
    String line = new String(octets, from, to - from, UTF_8);
    if (from == 0 && isMailboxLine(line)) {
      fieldsBegin = to;
      inFront = MAILBOX_LINE;
      return true;
    }
    certain = true;
    if (from == 0 && line.startsWith(BYTE_ORDER_MARK)) {
      skipped = BYTE_ORDER_MARK_SIZE;
      fieldsBegin = BYTE_ORDER_MARK_SIZE;
      return Header.isField(line.substring(1));
    }
    return Header.isField(line);
  }

  /** Nothing behind the colon matters here, and there may be much of it. */
  private static String upToColon(byte[] octets, int from, int to) {
    int end = from;
    while (end < to && octets[end] != ':') {
      end++;
    }
    return new String(octets, from, Math.min(end + 1, to) - from, ISO_8859_1);
  }

  private static boolean isMailboxLine(String line) {
    return line.startsWith(">From ") || (line.startsWith("From ") && !Header.isField(line));
  }

  /** Whether there was a field: a text of one line that looks like an mbox file's is text. */
  boolean isCertain() {
    return certain;
  }

  /** The index of the first field's first octet. */
  int fieldsBegin() {
    return fieldsBegin;
  }

  /** How many octets at the beginning are left out. */
  int skipped() {
    return skipped;
  }

  /** What stands before the header's own first line. */
  byte[] inFront() {
    return inFront;
  }
}
