package dev.ipauth.relay.onward;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A next hop that says what it is told to, and holds the relay to what it should say. */
final class ScriptedNextHop implements AutoCloseable {
  private static final int LONGEST_WAIT_MILLIS = 30_000;
  private static final int SMALL = 16_384;

  private final ServerSocket listener;
  private @Nullable Socket connection;
  private @Nullable ByteArrayOutputStream together;
  private boolean unanswered;

  ScriptedNextHop() throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    listener.setSoTimeout(LONGEST_WAIT_MILLIS);
    listener.setReceiveBufferSize(
        SMALL); // so that a next hop that doesn't read soon slows the relay
  }

  int port() {
    return listener.getLocalPort();
  }

  private Socket connection() {
    return connection == null ? fail("The transcript accepts no connection") : connection;
  }

  void accept() throws IOException {
    close(connection);
    connection = listener.accept();
    connection.setSoTimeout(LONGEST_WAIT_MILLIS);
  }

  /** The relay must say exactly this next. */
  void expect(String line) throws IOException {
    assertEquals(line + "\r\n", read());
    unanswered = true;
  }

  private String read() throws IOException {
    var line = new ByteArrayOutputStream();
    int octet;
    do {
      octet = connection().getInputStream().read();
      if (octet < 0) {
        return line.toString(UTF_8) + "(closed)";
      }
      line.write(octet);
    } while (octet != '\n');
    return line.toString(UTF_8);
  }

  /** The relay must say exactly this next. */
  void expect(byte[] octets) throws IOException {
    assertArrayEquals(octets, connection().getInputStream().readNBytes(octets.length));
  }

  /** The relay must begin TLS. */
  void expectHandshake() throws IOException {
    int handshakeRecord = 0x16;
    assertEquals(handshakeRecord, connection().getInputStream().read());
  }

  /** Speaks; what the relay said before must have been all. */
  void say(String line) throws IOException {
    if (unanswered) {
      assertEquals(0, connection().getInputStream().available(), "The relay didn't wait");
      unanswered = false;
    }
    sendOctets((line + "\r\n").getBytes(UTF_8));
  }

  void sendOctets(byte[] octets) throws IOException {
    if (together != null) {
      together.write(octets);
      return;
    }
    connection().getOutputStream().write(octets);
    connection().getOutputStream().flush();
  }

  /** What is said from here on is sent by {@link #send}, in one piece. */
  void holdBack() {
    together = new ByteArrayOutputStream();
  }

  void send() throws IOException {
    byte[] octets = together == null ? new byte[0] : together.toByteArray();
    together = null;
    sendOctets(octets);
  }

  /** Becomes the server of a TLS handshake, which must succeed, or be broken off by the relay. */
  void encrypt(SSLContext context, boolean refused) throws IOException {
    var socket =
        (SSLSocket) context.getSocketFactory().createSocket(connection(), null, port(), true);
    socket.setUseClientMode(false);
    if (refused) {
      // An alert; or a broken pipe, where the relay is gone before the handshake's next record.
      assertThrows(IOException.class, socket::startHandshake);
    } else {
      socket.startHandshake();
    }
    connection = socket;
  }

  /** The relay must close the connection without another word. */
  void expectClosed() throws IOException {
    try {
      assertEquals("(closed)", read());
    } catch (SocketException _) {
      // Reset: closed with a reply of ours unread.
    }
  }

  /** Says nothing more, and goes on reading. */
  void shut() throws IOException {
    connection().shutdownOutput();
  }

  void hangUp() throws IOException {
    close(connection);
  }

  private static void close(@Nullable Socket socket) throws IOException {
    if (socket != null) {
      socket.close();
    }
  }

  @Override
  public void close() throws IOException {
    close(connection);
    listener.close();
  }
}
