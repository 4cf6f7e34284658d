package dev.ipauth.relay.ses;

import java.io.IOException;
import java.io.InputStream;

/** A text without the dots that SMTP stuffs in front of lines (RFC 5321 section 4.5.2). */
final class Unstuffed extends InputStream {
  private final InputStream stuffed;
  private boolean atLineStart = true;

  Unstuffed(InputStream stuffed) {
    this.stuffed = stuffed;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    int kept = 0;
    while (kept == 0) {
      int read = stuffed.read(into, offset, length);
      if (read < 0) {
        return -1;
      }
      kept = unstuff(into, offset, read);
    }
    return kept;
  }

  private int unstuff(byte[] octets, int offset, int length) {
    int kept = offset;
    for (int i = offset; i < offset + length; i++) {
      byte octet = octets[i];
      boolean dropped = atLineStart && octet == '.';
      atLineStart = octet == '\n';
      if (!dropped) {
        octets[kept++] = octet;
      }
    }
    return kept - offset;
  }

  @Override
  public void close() throws IOException {
    stuffed.close();
  }
}
