package dev.ipauth.local.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** One connection's bytes, as command lines, replies and the text of messages. */
final class Wire {
  private static final int LONGEST_COMMAND = 8192;

  private final BufferedInputStream in;
  private final OutputStream out;

  Wire(InputStream in, OutputStream out) {
    this.in = new BufferedInputStream(in, 1 << 16);
    this.out = out;
  }

  void say(String reply) throws IOException {
    out.write((reply + "\r\n").getBytes(UTF_8));
    out.flush();
  }

  /**
   * The next command line without its CRLF; a lone CR or LF is part of it. Empty when it is too
   * long.
   *
   * @throws EOFException where the connection ends
   */
  String readCommand() throws IOException {
    var line = new Bounded(LONGEST_COMMAND);
    copyLine(next(), line);
    String text = line.toString(UTF_8);
    return line.overflowed ? "" : text.substring(0, text.length() - 2);
  }

  /**
   * A message up to {@code <CR><LF>.<CR><LF>}, the first of which is part of it.
   *
   * @return null when it is larger than that; all of it has been read then too
   * @throws EOFException where the connection ends before the message does
   */
  byte @Nullable [] readMessage(int maxBytes) throws IOException {
    var message = new Bounded(maxBytes);
    while (!atEndOfMessage()) {
      int first = next();
      // RFC 5321 section 4.5.2: a dot at the start of a line was put there by the client.
      copyLine(first == '.' ? next() : first, message);
    }
    return message.overflowed ? null : message.toByteArray();
  }

  private boolean atEndOfMessage() throws IOException {
    in.mark(3);
    boolean end = in.read() == '.' && in.read() == '\r' && in.read() == '\n';
    if (!end) {
      in.reset();
    }
    return end;
  }

  private void copyLine(int first, ByteArrayOutputStream to) throws IOException {
    int before = -1;
    int octet = first;
    while (before != '\r' || octet != '\n') {
      to.write(octet);
      before = octet;
      octet = next();
    }
    to.write(octet);
  }

  private int next() throws IOException {
    int octet = in.read();
    if (octet < 0) {
      throw new EOFException("The client hung up.");
    }
    return octet;
  }

  private static final class Bounded extends ByteArrayOutputStream {
    private final int maxBytes;
    private boolean overflowed;

    Bounded(int maxBytes) {
      this.maxBytes = maxBytes;
    }

    @Override
    public synchronized void write(int octet) {
      overflowed |= size() == maxBytes;
      if (!overflowed) {
        super.write(octet);
      }
    }
  }
}
