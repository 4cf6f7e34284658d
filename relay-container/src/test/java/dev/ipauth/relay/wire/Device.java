package dev.ipauth.relay.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.transcript.Transcript;
import dev.ipauth.relay.transcript.Transcript.Line;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A device that says what a transcript has it say, and insists on the answers. */
final class Device implements AutoCloseable {

  /** How its octets go on their way. */
  enum Pace {
    LINE_BY_LINE,
    OCTET_BY_OCTET,
    ONE_PACKET,
    /** And says nothing more: its sending side is shut down at once, as {@code nc -N} does. */
    ONE_PACKET_AND_THE_END
  }

  private final Pace pace;
  private Socket socket;
  private BufferedReader in;

  Device(int port, Pace pace) throws IOException {
    this.pace = pace;
    socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(60_000);
    in = reader(socket);
  }

  private static BufferedReader reader(Socket socket) throws IOException {
    return new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
  }

  static Device at(int port) throws IOException {
    return new Device(port, Pace.LINE_BY_LINE);
  }

  /** Says lines, each with CRLF. */
  void says(String... lines) throws IOException {
    send(String.join("\r\n", lines) + "\r\n");
  }

  /** Fails unless the relay says this next, whole lines. */
  void hears(String... lines) throws IOException {
    for (String line : lines) {
      if (line.equals(Transcript.ANY_OFFER)) {
        assertTrue(reply().startsWith("250 "), "an answer to EHLO");
      } else {
        assertEquals(line, in.readLine());
      }
    }
  }

  /** The last line of the next reply. */
  String reply() throws IOException {
    String line = String.valueOf(in.readLine());
    return line.length() > 3 && line.charAt(3) == '-' ? reply() : line;
  }

  /** Says a command and returns the last line of the reply. */
  String asks(String command) throws IOException {
    says(command);
    return reply();
  }

  /** Shuts down its sending side; in TLS, with a close_notify. */
  void saysNoMore() throws IOException {
    socket.shutdownOutput();
  }

  /**
   * Goes away so that the other end knows it: an end of what it says alone could be half a close.
   */
  void vanishes() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** All that the relay says until it closes. */
  String everything() throws IOException {
    var all = new StringBuilder();
    for (String line = lineOrReset(); line != null; line = lineOrReset()) {
      all.append(line).append('\n');
    }
    return all.toString();
  }

  /** Fails unless the relay says nothing more and closes. */
  void hearsTheEnd() throws IOException {
    assertNull(lineOrReset());
  }

  /** A line's octets: it ends with CRLF, unless there is a backslash at its end. */
  private static String octets(String text) {
    return text.endsWith("\\")
        ? Transcript.plain(text.substring(0, text.length() - 1))
        : Transcript.plain(text) + "\r\n";
  }

  void play(List<Line> lines) throws IOException, GeneralSecurityException {
    if (pace == Pace.ONE_PACKET || pace == Pace.ONE_PACKET_AND_THE_END) {
      assertEquals(lines.getFirst().text(), in.readLine());
      send(
          lines.stream()
              .filter(line -> line.who().equals("C:"))
              .map(line -> octets(line.text()))
              .collect(Collectors.joining()));
      if (pace == Pace.ONE_PACKET_AND_THE_END) {
        saysNoMore();
      }
      hears(lines.subList(1, lines.size()));
      return;
    }
    for (Line line : lines) {
      switch (line.who()) {
        case "C:" -> send(octets(line.text()));
        case "TLS" -> beginTls();
        default -> hears(List.of(line));
      }
    }
  }

  private void hears(List<Line> lines) throws IOException {
    for (Line line : lines) {
      switch (line.who()) {
        case "S:" -> hears(line.text());
        case "CLOSED" -> hearsTheEnd();
        default -> {}
      }
    }
  }

  private @Nullable String lineOrReset() throws IOException {
    try {
      return in.readLine();
    } catch (SocketException _) {
      return null;
    }
  }

  void send(String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    byte[] octets = text.getBytes(ISO_8859_1);
    if (pace != Pace.OCTET_BY_OCTET) {
      out.write(octets);
      return;
    }
    try {
      for (byte octet : octets) {
        out.write(octet);
        out.flush();
      }
    } catch (SocketException _) {
      // The relay has hung up; its last words are read next.
    }
  }

  /**
   * Begins TLS, by these versions or, where none is given, by those that the JDK offers.
   *
   * @return the session
   */
  SSLSession beginTls(String... versions) throws IOException, GeneralSecurityException {
    return beginTls(trusting(), versions);
  }

  /** Begins TLS, trusting whom the context trusts. */
  SSLSession beginTls(SSLContext context, String... versions) throws IOException {
    SSLSocket secure = secure(context);
    if (versions.length > 0) {
      secure.setEnabledProtocols(versions);
    }
    return begin(secure);
  }

  /** Begins TLS by these ciphers alone. */
  SSLSession beginTlsWithCiphers(String... ciphers) throws IOException, GeneralSecurityException {
    SSLSocket secure = secure(trusting());
    secure.setEnabledProtocols(new String[] {"TLSv1.2"});
    secure.setEnabledCipherSuites(ciphers);
    return begin(secure);
  }

  private static SSLContext trusting() throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
    return context;
  }

  private SSLSocket secure(SSLContext context) throws IOException {
    return (SSLSocket) context.getSocketFactory().createSocket(socket, "relay.test", 25, true);
  }

  private SSLSession begin(SSLSocket secure) throws IOException {
    secure.startHandshake();
    socket = secure;
    in = reader(secure);
    return secure.getSession();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
