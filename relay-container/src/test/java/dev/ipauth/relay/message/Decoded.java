package dev.ipauth.relay.message;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Decoder} makes of some text, as {@link Encoder} writes it to the next hop.
 *
 * @param text what went to the next hop
 * @param rest what was left unread, because the text had ended; null when it hadn't
 */
record Decoded(String text, @Nullable String rest) {

  /** Feeds the input in pieces that end at these indexes, and at its end. */
  static Decoded of(String input, int... splits) {
    var out = new Collected();
    var decoder = new Decoder(Framing.DOT, out.encoder);
    int from = 0;
    for (int i = 0; i <= splits.length; i++) {
      int to = i < splits.length ? splits[i] : input.length();
      out.read(input.substring(from, to));
      boolean ended = decoder.take(out.in);
      out.encoder.flush();
      if (ended) {
        return new Decoded(out.text(), input.substring(from + out.in.position()));
      }
      from = to;
    }
    return new Decoded(out.text(), null);
  }

  /** The same for counted text, its end included. */
  static String counted(String input, int... splits) {
    var out = new Collected();
    var decoder = new Decoder(Framing.COUNTED, out.encoder);
    int from = 0;
    for (int i = 0; i <= splits.length; i++) {
      int to = i < splits.length ? splits[i] : input.length();
      out.read(input.substring(from, to));
      decoder.take(out.in);
      out.encoder.flush();
      from = to;
    }
    decoder.end();
    out.encoder.flush();
    return out.text();
  }

  private static final class Collected implements TextOut {
    private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
    private final Encoder encoder = new Encoder();
    private ByteBuffer in = ByteBuffer.allocate(0);

    void read(String piece) {
      in = ByteBuffer.wrap(piece.getBytes(ISO_8859_1));
      encoder.between(in, this);
    }

    @Override
    public void slice(int from, int to) {
      octets.write(in.array(), from, to - from);
    }

    @Override
    public void insert(byte[] inserted) {
      octets.writeBytes(inserted);
    }

    String text() {
      return octets.toString(ISO_8859_1);
    }
  }
}
