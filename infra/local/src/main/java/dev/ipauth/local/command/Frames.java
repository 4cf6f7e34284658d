package dev.ipauth.local.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/**
 * What goes through the socket: there, the version, the number of words and the words; back, pieces
 * of standard output and standard error, each with its length, and at the end the exit status.
 */
final class Frames {
  /** Another version of this program may be asked. */
  static final int VERSION = 1;

  private static final int MOST_WORDS = 100_000;
  private static final int LONGEST_PIECE = 1 << 16;
  private static final int OUT = 1;
  private static final int ERR = 2;
  private static final int STATUS = 3;

  private Frames() {}

  static void ask(DataOutputStream to, List<String> words) throws IOException {
    to.writeInt(VERSION);
    to.writeInt(words.size());
    for (String word : words) {
      to.writeUTF(word);
    }
    to.flush();
  }

  static List<String> asked(DataInputStream from) throws IOException {
    int version = from.readInt();
    int count = from.readInt();
    if (version != VERSION || count < 1 || count > MOST_WORDS) {
      throw new IOException("Another version asks");
    }
    var words = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      words.add(from.readUTF());
    }
    return words;
  }

  static void answer(DataOutputStream to, Commands commands, List<String> words)
      throws IOException {
    var out = new PrintStream(new Pieces(to, OUT), true, UTF_8);
    var err = new PrintStream(new Pieces(to, ERR), true, UTF_8);
    int status = commands.run(words, out, err);
    to.writeByte(STATUS);
    to.writeInt(status);
    to.flush();
  }

  /** The exit status. */
  static int answered(DataInputStream from, PrintStream out, PrintStream err) throws IOException {
    while (true) {
      int kind = from.readByte();
      int number = from.readInt();
      if (kind == STATUS) {
        return number;
      }
      if (number < 0 || number > LONGEST_PIECE) {
        throw new IOException("Another version answers");
      }
      (kind == OUT ? out : err).write(from.readNBytes(number));
    }
  }

  private static final class Pieces extends OutputStream {
    private final DataOutputStream to;
    private final int kind;

    Pieces(DataOutputStream to, int kind) {
      this.to = to;
      this.kind = kind;
    }

    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] octets, int from, int length) throws IOException {
      for (int done = 0; done < length; done += LONGEST_PIECE) {
        int size = Math.min(LONGEST_PIECE, length - done);
        to.writeByte(kind);
        to.writeInt(size);
        to.write(octets, from + done, size);
      }
    }

    @Override
    public void flush() throws IOException {
      to.flush();
    }
  }
}
