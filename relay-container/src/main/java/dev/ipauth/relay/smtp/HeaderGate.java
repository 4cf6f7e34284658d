package dev.ipauth.relay.smtp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ipauth.relay.smtp.Event.Reason;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Holds the text back until its header is complete, lets the rules see it, puts the trace fields on
 * top, and lets everything after it through as it comes. What reaches it has whole CRLFs only.
 */
final class HeaderGate implements TextOut {
  private static final byte[] CRLF = "\r\n".getBytes(US_ASCII);
  private static final byte[] NOTHING = {};

  private final HeaderRules rules;
  private final int maxHeaderBytes;
  private byte[] held = new byte[1024];
  private int heldSize;
  private boolean passed;
  private @Nullable Refusal refusal;
  private int lineStart;

  private ByteBuffer in = ByteBuffer.allocate(0);
  private @Nullable TextOut out;

  HeaderGate(HeaderRules rules, int maxHeaderBytes) {
    this.rules = rules;
    this.maxHeaderBytes = maxHeaderBytes;
  }

  /** Says what the next slices are slices of, and where they go. */
  void between(ByteBuffer in, TextOut out) {
    this.in = in;
    this.out = out;
  }

  /** Why the message is refused; null as long as it isn't. */
  @Nullable Refusal refusal() {
    return refusal;
  }

  /** Lets nothing more through. The first reason stands. */
  void refuse(Refusal reason) {
    if (refusal == null) {
      refusal = reason;
      forget();
    }
  }

  @Override
  public void slice(int from, int to) {
    int at = hold(in, from, to);
    if (at < to && refusal == null && out != null) {
      out.slice(at, to);
    }
  }

  @Override
  public void insert(byte[] octets) {
    int at = hold(ByteBuffer.wrap(octets), 0, octets.length);
    if (at < octets.length && refusal == null && out != null) {
      out.insert(Arrays.copyOfRange(octets, at, octets.length));
    }
  }

  /** The text has ended: if its header never did, all of it was header. */
  void end() {
    if (!passed && refusal == null) {
      pass(heldSize);
    }
  }

  /**
   * Holds line by line, as long as this is header.
   *
   * @return where it no longer is
   */
  private int hold(ByteBuffer octets, int from, int to) {
    int at = from;
    while (at < to && !passed && refusal == null) {
      int next = afterLineEnd(octets, at, to);
      holdPiece(octets, at, next);
      at = next;
    }
    return at;
  }

  private static int afterLineEnd(ByteBuffer octets, int from, int to) {
    int at = from;
    while (at < to && octets.get(at) != '\n') {
      at++;
    }
    return Math.min(at + 1, to);
  }

  /** A piece of a line, or the rest of one with its end. */
  private void holdPiece(ByteBuffer octets, int from, int to) {
    int size = heldSize + to - from;
    if (size > maxHeaderBytes) {
      refuse(new Refusal(Reason.TOO_LARGE, Replies.HEADER_TOO_LARGE));
      return;
    }
    if (size > held.length) {
      held = Arrays.copyOf(held, Math.max(size, 2 * held.length));
    }
    octets.get(from, held, heldSize, to - from);
    heldSize = size;
    if (held[heldSize - 1] == '\n') {
      endOfLine();
    }
  }

  private void endOfLine() {
    boolean first = lineStart == 0;
    if (heldSize == lineStart + CRLF.length) {
      pass(lineStart);
    } else if (first && !Header.isField(new String(held, 0, heldSize, UTF_8))) {
      // No header at all: without a blank line the trace fields would swallow the text's first
      // line.
      held = concat(CRLF, Arrays.copyOf(held, heldSize));
      heldSize = held.length;
      pass(0);
    }
    lineStart = heldSize;
  }

  /**
   * Ends the holding back.
   *
   * @param header how many of the octets held are header
   */
  private void pass(int header) {
    passed = true;
    switch (rules.judge(Header.parse(held, header))) {
      case HeaderRules.Refused(Refusal why) -> refuse(why);
      case HeaderRules.Passed(byte[] trace) -> {
        if (out != null) {
          out.insert(concat(trace, Arrays.copyOf(held, heldSize)));
        }
      }
    }
    forget();
  }

  private void forget() {
    held = NOTHING;
    heldSize = 0;
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
