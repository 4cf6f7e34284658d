package dev.ipauth.relay.message;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Holds the text back until its header is complete, lets the rules judge it, puts the trace fields
 * on top and, where there is none, a blank line behind it, and lets everything after it through as
 * it comes.
 */
final class HeaderReader implements Canonical {
  private static final byte[] CRLF = "\r\n".getBytes(US_ASCII);
  private static final byte[] DOT = ".".getBytes(US_ASCII);
  private static final byte[] NOTHING = {};
  private static final int FIRST_ROOM = 1024;

  private final HeaderRules rules;
  private final Encoder encoder;
  private final int maxBytes;
  private final HeaderBudget.Share share;
  private final HeaderStart start = new HeaderStart();
  private byte[] held = NOTHING;
  private int size;
  private int lineStart;
  private boolean passed;
  private @Nullable Fault fault;
  private ByteBuffer in = ByteBuffer.allocate(0);

  HeaderReader(HeaderRules rules, Encoder encoder, int maxBytes, HeaderBudget.Share share) {
    this.rules = rules;
    this.encoder = encoder;
    this.maxBytes = maxBytes;
    this.share = share;
  }

  /** Says what the next slices are slices of. */
  void read(ByteBuffer in) {
    this.in = in;
  }

  /** Why the message is refused; null as long as it isn't. */
  @Nullable Fault fault() {
    return fault;
  }

  /** Lets nothing more through. The first reason stands. */
  void refuse(Fault reason) {
    if (fault == null) {
      fault = reason;
      encoder.forget();
      release();
    }
  }

  @Override
  public void slice(int from, int to) {
    int at = hold(in, from, to);
    if (at < to && fault == null) {
      encoder.slice(at, to);
    }
  }

  @Override
  public void insert(byte[] octets) {
    int at = hold(ByteBuffer.wrap(octets), 0, octets.length);
    if (at < octets.length && fault == null) {
      encoder.insert(at == 0 ? octets : Arrays.copyOfRange(octets, at, octets.length));
    }
  }

  @Override
  public void leadingDot() {
    if (hold(ByteBuffer.wrap(DOT), 0, DOT.length) == 0 && fault == null) {
      encoder.leadingDot();
    }
  }

  /** The text has ended: if its header never did, all of it was header. */
  void end() {
    if (!passed && fault == null) {
      int header = start.isCertain() ? size : 0;
      pass(header, header);
    }
  }

  /** Gives the memory back. */
  void release() {
    held = NOTHING;
    size = 0;
    share.release();
  }

  /**
   * Holds line by line, as long as this is header.
   *
   * @return where it no longer is
   */
  private int hold(ByteBuffer octets, int from, int to) {
    int at = from;
    while (at < to && !passed && fault == null) {
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
    if (makeRoom(size + to - from)) {
      octets.get(from, held, size, to - from);
      size += to - from;
      if (held[size - 1] == '\n') {
        endOfLine();
      }
    }
  }

  private boolean makeRoom(int octets) {
    if (octets > maxBytes) {
      refuse(Fault.HEADER_TOO_LARGE);
      return false;
    }
    if (octets > held.length) {
      int room = Math.min(maxBytes, Math.max(octets, Math.max(FIRST_ROOM, 2 * held.length)));
      if (!share.grow(room)) {
        refuse(Fault.NO_ROOM_FOR_HEADER);
        return false;
      }
      held = Arrays.copyOf(held, room);
    }
    return true;
  }

  private void endOfLine() {
    int header = start.isCertain() ? lineStart : 0;
    if (size == lineStart + CRLF.length) {
      pass(header, header);
    } else if (!start.isHeader(held, lineStart, size)) {
      pass(header, header == 0 ? 0 : size);
    }
    lineStart = size;
  }

  /**
   * Ends the holding back.
   *
   * @param header how many of the octets held are header
   * @param judged how many the rules see: with a line that ends the header and isn't blank, too
   */
  private void pass(int header, int judged) {
    passed = true;
    int from = Math.min(start.fieldsBegin(), judged);
    switch (rules.judge(Header.parse(held, from, judged))) {
      case HeaderRules.Refused(Fault why) -> refuse(why);
      case HeaderRules.Passed(byte[] trace) -> {
        encoder.insert(trace);
        if (header > 0) {
          encoder.insert(start.inFront());
          encoder.lines(held, start.skipped(), header);
        }
        separate(header);
        encoder.lines(held, header, size);
        release();
      }
    }
  }

  /** Without a blank line the trace fields, or the header's last one, would swallow the text. */
  private void separate(int header) {
    boolean blank = size > header && held[header] == '\r';
    if (!blank) {
      encoder.insert(CRLF);
    }
  }
}
