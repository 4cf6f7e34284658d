package dev.ipauth.relay.message;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/**
 * Makes canonical text of what a device sends, and finds its end. What leaves holds no CR without
 * LF, no LF without CR, no NUL and no dot of stuffing, and ends no message: that is what keeps a
 * second message from being smuggled past the next hop (SEC Consult's "SMTP smuggling", 2023).
 *
 * <ul>
 *   <li>Only CRLF . CRLF ends the text, and a repaired line end is no CRLF.
 *   <li>A lone LF becomes CRLF; a lone CR and a NUL become a space.
 *   <li>Behind a CRLF of the device's own, the first dot of a line is stuffing. Behind a repaired
 *       line end it is text, and so is a dot alone between CRLF and a lone LF.
 * </ul>
 *
 * <p>Octets that are right already are never copied: they are passed on as slices of the input.
 * What can't be judged before the next octet is held back, at most {@code ".\r"}, so that the
 * result doesn't depend on where the input was split.
 */
final class Decoder {
  private static final long ABOVE_CR = 0x0e0e_0e0e_0e0e_0e0eL;
  private static final long HIGHEST_BITS = 0x8080_8080_8080_8080L;
  private static final byte[] NOTHING = {};
  private static final byte[] CRLF = "\r\n".getBytes(US_ASCII);
  private static final byte[] SPACE = " ".getBytes(US_ASCII);
  private static final byte[] CR = "\r".getBytes(US_ASCII);

  private enum State {
    /** After CRLF, or at the very beginning: a dot may be the final one. */
    LINE_START,
    /** Where every dot is text: after a repaired line end, or after any in counted text. */
    LINE_START_UNSTUFFED,
    IN_LINE,
    AFTER_CR,
    AFTER_DOT,
    AFTER_DOT_CR,
    ENDED
  }

  private final State afterCrlf;
  private final Canonical out;
  private State state;
  private long size;
  private int lineLength;
  private int longestLine;

  // Of what is held back, how many octets came in earlier buffers and so can't be sliced any more.
  private int carried;

  // The buffer being read: all before "from" has been passed on, "at" is the octet looked at.
  private ByteBuffer in = ByteBuffer.allocate(0);
  private int from;
  private int at;

  Decoder(Framing framing, Canonical out) {
    afterCrlf = framing == Framing.DOT ? State.LINE_START : State.LINE_START_UNSTUFFED;
    this.out = out;
    state = afterCrlf;
  }

  /** Octets of text so far, without the final dot and the dots of stuffing. */
  long size() {
    return size;
  }

  /** The longest line so far, in octets, its line end included. */
  int longestLine() {
    return longestLine;
  }

  /**
   * Reads all of the buffer, or up to and including the final dot's CRLF.
   *
   * @return whether the end was found
   */
  boolean take(ByteBuffer buffer) {
    in = buffer;
    from = buffer.position();
    at = from;
    while (at < in.limit() && state != State.ENDED) {
      step(in.get(at));
    }
    passUpToHeld();
    carried = held();
    buffer.position(at);
    return state == State.ENDED;
  }

  /** Ends a counted text: what is held back is judged, and the last line gets its line end. */
  void end() {
    if (state == State.AFTER_CR) {
      out.insert(SPACE);
      state = State.IN_LINE;
    }
    if (state == State.IN_LINE) {
      out.insert(CRLF);
    }
    state = State.ENDED;
  }

  private void step(byte octet) {
    switch (state) {
      case LINE_START -> lineStart(octet);
      case LINE_START_UNSTUFFED -> lineStartUnstuffed(octet);
      case IN_LINE -> inLine();
      case AFTER_CR -> afterCr(octet);
      case AFTER_DOT -> afterDot(octet);
      case AFTER_DOT_CR -> afterDotCr(octet);
      case ENDED -> throw new IllegalStateException("The text has ended");
    }
  }

  private void lineStart(byte octet) {
    if (octet == '.') {
      at++;
      state = State.AFTER_DOT;
    } else {
      state = State.IN_LINE;
    }
  }

  private void lineStartUnstuffed(byte octet) {
    state = State.IN_LINE;
    if (octet == '.') {
      textDot();
    }
  }

  private void inLine() {
    int special = nextSpecial(in, at);
    while (isOrdinaryLineEnd(special)) {
      count(special + CRLF.length - at);
      lineLength = 0;
      at = special + CRLF.length;
      special = nextSpecial(in, at);
    }
    count(special - at);
    at = special;
    if (at < in.limit()) {
      switch (in.get(at)) {
        case '\r' -> {
          at++;
          state = State.AFTER_CR;
        }
        case '\n' -> repairLineEnd();
        default -> repairOctet();
      }
    }
  }

  /** CRLF, and then no dot: whole lines pass in one go, where {@link #step} would take four. */
  private boolean isOrdinaryLineEnd(int index) {
    return index < in.limit() - CRLF.length
        && in.get(index) == '\r'
        && in.get(index + 1) == '\n'
        && in.get(index + 2) != '.';
  }

  private void afterCr(byte octet) {
    if (octet == '\n') {
      keepHeld();
      count(1);
      endLine(afterCrlf);
    } else {
      replaceHeld(SPACE);
      count(1);
      state = State.IN_LINE;
    }
  }

  private void afterDot(byte octet) {
    switch (octet) {
      case '\r' -> {
        at++;
        state = State.AFTER_DOT_CR;
      }
      // Repaired to CRLF, this LF would make a final dot that the device has not sent.
      case '\n' -> {
        replaceHeld(NOTHING);
        out.leadingDot();
        repairLineEnd();
      }
      case '.' -> textDot();
      default -> {
        replaceHeld(NOTHING);
        state = State.IN_LINE;
      }
    }
  }

  /** The dot looked at begins a line, and is text. */
  private void textDot() {
    replaceHeld(NOTHING);
    out.leadingDot();
    from = ++at;
    count(1);
    state = State.IN_LINE;
  }

  private void afterDotCr(byte octet) {
    if (octet == '\n') {
      replaceHeld(NOTHING);
      from = ++at;
      state = State.ENDED;
    } else {
      replaceHeld(SPACE);
      count(1);
      state = State.IN_LINE;
    }
  }

  /** The LF looked at, and what is held back before it, become a CRLF. */
  private void repairLineEnd() {
    replaceHeld(CRLF);
    from = at + 1;
    endLine(State.LINE_START_UNSTUFFED);
  }

  private void repairOctet() {
    replaceHeld(SPACE);
    from = ++at;
    count(1);
  }

  private void endLine(State next) {
    at++;
    count(1);
    lineLength = 0;
    state = next;
  }

  private void count(int octets) {
    size += octets;
    lineLength += octets;
    longestLine = Math.max(longestLine, lineLength);
  }

  /** How many octets before {@link #at} can't be judged yet. */
  private int held() {
    return switch (state) {
      case AFTER_CR, AFTER_DOT -> 1;
      case AFTER_DOT_CR -> 2;
      case LINE_START, LINE_START_UNSTUFFED, IN_LINE, ENDED -> 0;
    };
  }

  private void keepHeld() {
    if (carried > 0) {
      out.insert(CR);
      carried = 0;
    }
  }

  private void replaceHeld(byte[] octets) {
    passUpToHeld();
    from = at;
    carried = 0;
    if (octets.length > 0) {
      out.insert(octets);
    }
  }

  private void passUpToHeld() {
    int to = at - (held() - carried);
    if (to > from) {
      out.slice(from, to);
    }
  }

  /** Eight octets at a look, as long as none of them can be special: three times as fast. */
  private static int nextSpecial(ByteBuffer in, int from) {
    int limit = in.limit();
    int i = from;
    while (i <= limit - Long.BYTES && !mayHoldSpecial(in.getLong(i))) {
      i += Long.BYTES;
    }
    while (i < limit && !isSpecial(in.get(i))) {
      i++;
    }
    return i;
  }

  private static boolean isSpecial(byte octet) {
    return octet == '\n' || octet == '\r' || octet == 0;
  }

  /**
   * Whether one of eight octets is at most CR. Subtracting sets an octet's highest bit when it was
   * smaller, or had that bit itself, which is what the second operand rules out ("Bit Twiddling
   * Hacks", hasless).
   */
  private static boolean mayHoldSpecial(long octets) {
    return (octets - ABOVE_CR & ~octets & HIGHEST_BITS) != 0;
  }
}
