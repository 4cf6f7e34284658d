package dev.ipauth.local;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A stranger's name that was made to lead to this machine gets nothing: neither page nor token. */
class OtherHostsTest {

  @Test
  void whatIsMeantForAnotherHostIs421() throws IOException {
    try (Platform platform =
        Platform.start(
            Map.of("HTTP_PORT", "0", "SMTP_PORTS", "0", "SMTPS_PORTS", "0", "MANAGEMENT_PORT", "0"),
            OutputStream.nullOutputStream())) {
      int port = URI.create(platform.http()).getPort();
      for (String path : new String[] {"/", "/v1/caller", "/local/messages", "/no/such/path"}) {
        assertEquals(421, status(port, "GET " + path, "Host: evil.example"), path);
        assertEquals(
            421, status(port, "GET " + path, "Host: localhost.evil.example:" + port), path);
      }
      assertEquals(
          421, status(port, "POST /local/token", "Host: evil.example\r\nContent-Length: 0"));
      assertEquals(200, status(port, "GET /local/messages", "Host: localhost:" + port));
      assertEquals(200, status(port, "GET /local/messages", "Host: 127.0.0.1:" + port));
    }
  }

  private static int status(int port, String line, String headers) throws IOException {
    try (var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
      String request = line + " HTTP/1.1\r\n" + headers + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);
      return Integer.parseInt(answer.substring("HTTP/1.1 ".length(), "HTTP/1.1 421".length()));
    }
  }
}
