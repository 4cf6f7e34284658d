package dev.ipauth.relay.ses;

import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;

/** What a stream holds, in base64, as it is read. */
final class Base64Text extends InputStream {

  /** A multiple of three, so that no piece but the last is padded. */
  private static final int PIECE = 24 << 10;

  private final InputStream octets;
  private byte[] encoded = new byte[0];
  private int next;

  Base64Text(InputStream octets) {
    this.octets = octets;
  }

  @Override
  public int read() throws IOException {
    return isAtEnd() ? -1 : encoded[next++];
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (isAtEnd()) {
      return -1;
    }
    int some = Math.min(length, encoded.length - next);
    System.arraycopy(encoded, next, into, offset, some);
    next += some;
    return some;
  }

  private boolean isAtEnd() throws IOException {
    if (next == encoded.length) {
      encoded = Base64.getEncoder().encode(octets.readNBytes(PIECE));
      next = 0;
    }
    return encoded.length == 0;
  }

  @Override
  public void close() throws IOException {
    octets.close();
  }
}
