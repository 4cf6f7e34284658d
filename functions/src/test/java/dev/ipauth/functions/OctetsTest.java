package dev.ipauth.functions;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.Charset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that no good client sends, octet by octet. */
class OctetsTest {
  private static final String USER = "/v1/smtp-users/scanner";

  private static Platform platform;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    platform = Platform.start();
    platform.send("acme", "POST", "/v1/smtp-users", "{\"username\": \"scanner\"}");
  }

  @AfterAll
  static void stop() {
    platform.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Overlong, half of a surrogate pair, a byte that never is in UTF-8, a cut sequence.
        "{\"description\": \"\u00c0\u00af\"}",
        "{\"description\": \"\u00ed\u00a0\u0080\"}",
        "{\"description\": \"\u00ff\"}",
        "{\"description\": \"\u00e2\u0082\"}",
        "\u00fe\u00ff\0{\0}",
        "\0{\0}",
        "\0\0\0{\0\0\0}"
      })
  void aBodyIsUtf8(String octets) throws IOException {
    assertRefused("400", "invalid-json", patch(octets));
  }

  @Test
  void aByteOrderMarkIsForgiven() throws IOException {
    String answer = patch("\u00ef\u00bb\u00bf{\"description\": \"lobby\"}");

    assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
  }

  @Test
  void nothingDeepOrLongIsOurMistake() throws IOException {
    assertRefused("400", "invalid-json", patch("[".repeat(8_000)));
    assertRefused("400", "invalid-json", patch("{\"a\":".repeat(9) + "1" + "}".repeat(9)));
    assertRefused("400", "invalid-json", patch("{\"enabled\": " + "9".repeat(9_000) + "}"));
    assertRefused("400", "invalid-json", patch("{\"enabled\": 1e999999999}"));
    assertRefused("400", "invalid-json", patch("{\"" + "k".repeat(15_000) + "\": 1}"));
  }

  @Test
  void ifMatchMayTakeSeveralLines() throws IOException, InterruptedException {
    String tag = platform.send("acme", "GET", USER, "").headers().firstValue("ETag").orElse("none");

    assertRefused("412", "stale", patch("{}", "If-Match: \"a\"", "If-Match: \"b\""));
    String answer = patch("{}", "If-Match: \"a\"", "If-Match: " + tag);
    assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
  }

  // As Python's requests sends it; RFC 3986 would have the brackets encoded.
  @Test
  void anAddressInBracketsIsNoAddress() throws IOException {
    String answer = answer("GET", "/v1/ip-authentications/[2001:db8::7]", "");

    assertRefused("422", "not-a-single-ip-address", answer);
  }

  private static void assertRefused(String status, String type, String answer) {
    assertEquals(status, answer.split(" ", 3)[1], answer);
    assertTrue(answer.contains("\"/problems/" + type + "\""), answer);
  }

  private static String patch(String octets, String... headers) throws IOException {
    return answer("PATCH", USER, octets, headers);
  }

  /** The body's characters stand for an octet each. */
  private static String answer(String method, String path, String body, String... headers)
      throws IOException {
    String request =
        """
        %s %s HTTP/1.1
        Host: localhost
        Connection: close
        Authorization: Bearer %s
        Content-Type: application/json
        Content-Length: %s
        """
            .formatted(method, path, platform.token("acme"), body.length());
    String head = (request + String.join("\n", headers)).strip().replace("\n", "\r\n");
    Charset octets = ISO_8859_1;
    try (Socket socket =
        new Socket(InetAddress.ofLiteral("127.0.0.1"), platform.uri("/").getPort())) {
      socket.getOutputStream().write((head + "\r\n\r\n").getBytes(US_ASCII));
      socket.getOutputStream().write(body.getBytes(octets));
      return new String(socket.getInputStream().readAllBytes(), octets);
    }
  }
}
