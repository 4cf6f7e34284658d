package dev.ipauth.training;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** A device that sends what it has over one connection, and insists on being told yes. */
final class Device implements AutoCloseable {
  private static final String HEADER = "From: scanner@training.example\r\nSubject: a scan\r\n\r\n";
  private static final String NOTE = HEADER + "One line of it.\r\n".repeat(50) + ".";

  /** So long that the relay reads it in several pieces, in lines as base64 has them. */
  private static final String SCAN =
      HEADER + ("JVBERi0xLjcK".repeat(6) + "\r\n").repeat(1500) + ".";

  private Socket socket;
  private BufferedReader in;

  /** The relay has made its certificate a moment ago, for itself, on this machine. */
  private static final class WhateverItShows implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private Device(Socket socket) throws IOException {
    this.socket = socket;
    this.in = reader(socket);
    socket.setTcpNoDelay(true);
  }

  /**
   * Connects, in the clear.
   *
   * @param own the address that it has
   */
  static Device to(int port, InetAddress own) throws IOException {
    return new Device(new Socket(InetAddress.getLoopbackAddress(), port, own, 0));
  }

  /** TLS from here on. */
  Device encrypt() throws IOException {
    try {
      SSLContext tls = SSLContext.getInstance("TLS");
      tls.init(null, new TrustManager[] {new WhateverItShows()}, null);
      socket = tls.getSocketFactory().createSocket(socket, "localhost", socket.getPort(), true);
      in = reader(socket);
      return this;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  Device greet() throws IOException {
    expect("220", reply());
    return ehlo();
  }

  Device ehlo() throws IOException {
    return say("EHLO scanner.training.example", "250");
  }

  Device sendNote() throws IOException {
    return send(NOTE);
  }

  Device sendScan() throws IOException {
    return send(SCAN);
  }

  private Device send(String message) throws IOException {
    mail();
    say("RCPT TO:<inbox@training.example>", "250");
    say("DATA", "354");
    return say(message, "250");
  }

  /**
   * Tables that a busy machine keeps waiting are asked again, as a device does that is told 451.
   */
  private void mail() throws IOException {
    String line = "MAIL FROM:<scanner@training.example>";
    for (int tries = 1; tries < 50; tries++) {
      write(line);
      String reply = reply();
      if (!reply.startsWith("451")) {
        expect("250", reply);
        return;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
    }
    say(line, "250");
  }

  Device say(String line, String expected) throws IOException {
    write(line);
    expect(expected, reply());
    return this;
  }

  private void write(String line) throws IOException {
    socket.getOutputStream().write((line + "\r\n").getBytes(ISO_8859_1));
  }

  /** Its last line. */
  private String reply() throws IOException {
    @Nullable String line = in.readLine();
    while (line != null && line.startsWith("-", 3)) {
      line = in.readLine();
    }
    return line == null ? "nothing" : line;
  }

  private static void expect(String code, String reply) throws IOException {
    if (!reply.startsWith(code)) {
      throw new IOException("The relay said " + reply + " and not " + code);
    }
  }

  private static BufferedReader reader(Socket socket) throws IOException {
    return new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
