package dev.ipauth.relay.message;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The way out: stuffs dots (RFC 5321 section 4.5.2), and passes on large pieces as they are. A
 * piece goes on across the dots that the input has stuffed already.
 *
 * <p>Small pieces are copied and gathered. Each piece that is passed on costs the next hop's
 * connection a hundred octets of memory, whatever its size, and keeps the whole buffer that it is
 * part of: a text of nothing but dots and NULs would take a hundred times its size.
 */
final class Encoder implements Canonical {
  private static final int SMALL = 256;
  private static final int MOST_GATHERED = 1 << 13;
  private static final byte[] NOTHING = {};
  private static final byte[] STUFFED_DOT = "..".getBytes(US_ASCII);

  private byte[] gathered = NOTHING;
  private int size;
  private ByteBuffer in = ByteBuffer.allocate(0);
  private @Nullable TextOut out;

  // The piece of the input that goes out as it is there, as far as it goes.
  private int from;
  private int to;

  /** Whether a dot begins the line behind that piece, which may be stuffed in the input. */
  private boolean dotBehind;

  /** Says what the next slices are slices of, and where they go. */
  void between(ByteBuffer in, TextOut out) {
    this.in = in;
    this.out = out;
  }

  @Override
  public void slice(int from, int to) {
    if (!isNext(from)) {
      endPiece();
      this.from = from;
    }
    this.to = to;
    dotBehind = false;
  }

  private boolean isNext(int index) {
    return dotBehind
        ? index == to + STUFFED_DOT.length && in.get(to) == '.' && in.get(to + 1) == '.'
        : index == to && to > from;
  }

  @Override
  public void leadingDot() {
    if (dotBehind || to == from) {
      insert(STUFFED_DOT);
    } else {
      dotBehind = true;
    }
  }

  @Override
  public void insert(byte[] octets) {
    insert(octets, 0, octets.length);
  }

  /** Octets of whole canonical lines, dots at their beginnings included. */
  void lines(byte[] octets, int from, int to) {
    int start = from;
    for (int at = from; at < to; at++) {
      if (octets[at] == '.' && (at == from || octets[at - 1] == '\n')) {
        insert(octets, start, at);
        leadingDot();
        start = at + 1;
      }
    }
    insert(octets, start, to);
  }

  /** Passes on all that there is. Say so when all of the input is taken. */
  void flush() {
    endPiece();
    passOn();
    forget();
  }

  /** Throws away what is gathered and not written yet. */
  void forget() {
    gathered = NOTHING;
    size = 0;
    to = from;
    dotBehind = false;
  }

  private void endPiece() {
    int length = to - from;
    if (length > SMALL) {
      passOn();
      if (out != null) {
        out.slice(from, to);
      }
    } else if (length > 0) {
      makeRoom(length);
      in.get(from, gathered, size, length);
      size += length;
    }
    from = to;
    if (dotBehind) {
      dotBehind = false;
      gather(STUFFED_DOT, 0, STUFFED_DOT.length);
    }
  }

  private void passOn() {
    if (size > 0 && out != null) {
      out.insert(Arrays.copyOf(gathered, size));
    }
    size = 0;
  }

  private void insert(byte[] octets, int from, int to) {
    endPiece();
    gather(octets, from, to);
  }

  private void gather(byte[] octets, int from, int to) {
    makeRoom(to - from);
    System.arraycopy(octets, from, gathered, size, to - from);
    size += to - from;
  }

  private void makeRoom(int more) {
    if (size + more > MOST_GATHERED) {
      passOn();
    }
    if (size + more > gathered.length) {
      gathered =
          Arrays.copyOf(gathered, Math.max(size + more, Math.max(SMALL, 2 * gathered.length)));
    }
  }
}
