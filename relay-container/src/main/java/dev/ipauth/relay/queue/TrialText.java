package dev.ipauth.relay.queue;

import java.io.InputStream;
import java.util.Random;

/**
 * A text that is only kept to see whether it can be. It can't be made smaller, as a file system
 * might do with zeros.
 */
record TrialText(long length) implements Texts.Content {

  @Override
  public InputStream open() {
    var octets = new Random(length);
    return new InputStream() {
      private long left = length;

      @Override
      public int read() {
        return left-- > 0 ? octets.nextInt(256) : -1;
      }

      @Override
      public int read(byte[] into, int offset, int most) {
        if (left <= 0) {
          return -1;
        }
        byte[] piece = new byte[(int) Math.min(left, most)];
        octets.nextBytes(piece);
        System.arraycopy(piece, 0, into, offset, piece.length);
        left -= piece.length;
        return piece.length;
      }
    };
  }
}
