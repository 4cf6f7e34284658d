package dev.ipauth.relay.smtp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.ipauth.relay.smtp.LineRepair.Framing;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What {@link LineRepair} makes of some text.
 *
 * @param text what went to the next hop
 * @param rest what was left unread, because the text had ended; null when it hadn't
 */
record Repaired(String text, @Nullable String rest) {

  /** Feeds the input in pieces that end at these indexes, and at its end. */
  static Repaired of(String input, int... splits) {
    var out = new Collected();
    var repair = new LineRepair(Framing.DOT, out);
    int from = 0;
    for (int i = 0; i <= splits.length; i++) {
      int to = i < splits.length ? splits[i] : input.length();
      out.in = ByteBuffer.wrap(input.substring(from, to).getBytes(ISO_8859_1));
      if (repair.take(out.in)) {
        return new Repaired(out.text(), input.substring(from + out.in.position()));
      }
      from = to;
    }
    return new Repaired(out.text(), null);
  }

  /** The same for counted text, its end included. */
  static String counted(String input, int... splits) {
    var out = new Collected();
    var repair = new LineRepair(Framing.COUNTED, out);
    int from = 0;
    for (int i = 0; i <= splits.length; i++) {
      int to = i < splits.length ? splits[i] : input.length();
      out.in = ByteBuffer.wrap(input.substring(from, to).getBytes(ISO_8859_1));
      repair.take(out.in);
      from = to;
    }
    repair.end();
    return out.text();
  }

  private static final class Collected implements TextOut {
    private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
    private ByteBuffer in = ByteBuffer.allocate(0);

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
