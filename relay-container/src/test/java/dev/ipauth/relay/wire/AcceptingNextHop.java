package dev.ipauth.relay.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A next hop that takes everything, and reads as strictly as RFC 5321 allows: only CRLF ends a
 * line, and only CRLF, dot, CRLF a message. Where it hears a CR, an LF or a NUL on its own, what it
 * took says so.
 */
final class AcceptingNextHop implements AutoCloseable {
  private static final String OFFER = "250-next.hop\r\n250-PIPELINING\r\n250 8BITMIME\r\n";

  private final ServerSocket listener;
  private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
  private final Semaphore mayAnswer = new Semaphore(Integer.MAX_VALUE);

  AcceptingNextHop() throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    Thread.ofVirtual().start(this::accept);
  }

  /** Takes messages from now on, and answers only as often as {@link #answers}. */
  void thinks() {
    mayAnswer.drainPermits();
  }

  /** Says what it thinks of one more message. */
  void answers() {
    mayAnswer.release();
  }

  int port() {
    return listener.getLocalPort();
  }

  /** A message taken, from MAIL to its last line, each line ending in LF; waits for it. */
  String message() throws InterruptedException {
    return Objects.requireNonNull(messages.poll(60, TimeUnit.SECONDS), "no message came");
  }

  /** How many more were taken. */
  int others() {
    return messages.size();
  }

  private void accept() {
    try {
      while (true) {
        Socket connection = listener.accept();
        connection.setTcpNoDelay(true);
        Thread.ofVirtual().start(() -> serve(connection));
      }
    } catch (IOException _) {
      // Closed.
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      var in = new BufferedInputStream(connection.getInputStream());
      say(connection, "220 next.hop\r\n");
      var message = new StringBuilder();
      for (String line = line(in); !line.isEmpty(); line = line(in)) {
        switch (line.split("[ \n]", 2)[0]) {
          case "EHLO" -> say(connection, OFFER);
          case "MAIL", "RCPT" -> {
            message.append(line);
            say(connection, "250 ok\r\n");
          }
          case "DATA" -> {
            say(connection, "354 go\r\n");
            takeText(in, message);
            messages.add(message.toString());
            message.setLength(0);
            mayAnswer.acquire();
            say(connection, "250 taken\r\n");
          }
          case "RSET" -> {
            message.setLength(0);
            say(connection, "250 ok\r\n");
          }
          default -> say(connection, "500 what?\r\n");
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (IOException _) {
      // Lost: what was begun wasn't taken.
    }
  }

  private static void takeText(InputStream in, StringBuilder message) throws IOException {
    for (String line = line(in); !line.equals(".\n"); line = line(in)) {
      if (line.isEmpty()) {
        throw new IOException("ended in the middle of a text");
      }
      message.append(line.startsWith(".") ? line.substring(1) : line);
    }
  }

  /** A line, its CRLF made an LF; empty at the end. */
  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    int last = -1;
    for (int octet = in.read(); octet >= 0; octet = in.read()) {
      if (last == '\r' && octet == '\n') {
        return line.substring(0, line.length() - 1) + '\n';
      }
      if (octet == 0 || octet == '\n' || last == '\r') {
        line.append("<CR, LF or NUL alone>");
      }
      line.append((char) octet);
      last = octet;
    }
    return "";
  }

  private static void say(Socket connection, String text) throws IOException {
    connection.getOutputStream().write(text.getBytes(ISO_8859_1));
    connection.getOutputStream().flush();
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
