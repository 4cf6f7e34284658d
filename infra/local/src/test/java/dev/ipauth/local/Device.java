package dev.ipauth.local;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ipauth.relay.wire.Port;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * A device at one address of this machine, on one connection. Each method answers with the reply.
 */
final class Device implements AutoCloseable {
  private Socket socket;
  private BufferedReader in;

  private Device(Socket socket) throws IOException {
    this.socket = socket;
    this.in = reader(socket);
  }

  /** Connects from that address, and is greeted. */
  static Device at(String address, Platform platform) throws IOException {
    var device = new Device(connect(address, platform, Port.Kind.STARTTLS));
    device.reply();
    return device;
  }

  /** Connects by a proxy, which says that it comes from there. */
  static Device behindProxy(String address, Platform platform) throws IOException {
    var device = new Device(connect("127.0.0.1", platform, Port.Kind.STARTTLS));
    boolean isIpv6 = address.contains(":");
    device.write(
        "PROXY %s %s %s 40000 25\r\n"
            .formatted(isIpv6 ? "TCP6" : "TCP4", address, isIpv6 ? "::1" : "127.0.0.1"));
    device.reply();
    return device;
  }

  /** The same on the port with TLS from the first octet. */
  static Device overTls(String address, Platform platform)
      throws IOException, GeneralSecurityException {
    var device = new Device(connect(address, platform, Port.Kind.TLS));
    device.encrypt();
    device.reply();
    return device;
  }

  private static Socket connect(String address, Platform platform, Port.Kind kind)
      throws IOException {
    int port =
        platform.relay().listeners().stream()
            .filter(listener -> listener.kind() == kind)
            .findFirst()
            .orElseThrow()
            .address()
            .getPort();
    var socket =
        new Socket(InetAddress.ofLiteral("127.0.0.1"), port, InetAddress.ofLiteral(address), 0);
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static BufferedReader reader(Socket socket) throws IOException {
    return new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
  }

  private void encrypt() throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
    var secure = (SSLSocket) context.getSocketFactory().createSocket(socket, "relay", 25, true);
    secure.startHandshake();
    socket = secure;
    in = reader(secure);
  }

  void startTls() throws IOException, GeneralSecurityException {
    say("EHLO device");
    say("STARTTLS");
    encrypt();
  }

  String authenticate(String username, String password) throws IOException {
    String response = "\0" + username + "\0" + password;
    return say("AUTH PLAIN " + Base64.getEncoder().encodeToString(response.getBytes(UTF_8)));
  }

  /**
   * Says a line; the answer is the reply's last line. As a device does, it tries again when the
   * relay can't ask its tables now: a machine may be busy.
   */
  String say(String line) throws IOException {
    for (int tries = 1; ; tries++) {
      write(line + "\r\n");
      String reply = reply();
      if (tries == 50 || !reply.contains("checked now")) {
        return reply;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }

  /** From HELO to the final dot; the answer is the last reply, or the first that isn't positive. */
  String send(String text) throws IOException {
    for (String line :
        new String[] {
          "HELO device", "MAIL FROM:<scans@example.com>", "RCPT TO:<boss@example.net>", "DATA"
        }) {
      String reply = say(line);
      if (reply.charAt(0) > '3') {
        return reply;
      }
    }
    write(text + ".\r\n");
    return reply();
  }

  private void write(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    socket.getOutputStream().flush();
  }

  private String reply() throws IOException {
    String line = in.readLine();
    while (line != null && line.length() > 3 && line.charAt(3) == '-') {
      line = in.readLine();
    }
    return line == null ? "closed" : line;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
