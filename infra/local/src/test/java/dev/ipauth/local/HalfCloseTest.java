package dev.ipauth.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that shut down their sending side behind their requests, over a real socket. */
class HalfCloseTest {
  private static final String GET = "GET /docs HTTP/1.1\r\nHost: localhost\r\n\r\n";
  private static final String HEAD_CUT_OFF = "GET /docs HTTP/1.1\r\nHost: local";
  private static final String TOKEN = "{\"accountId\":\"acme\"}";
  private static final String TOKENS =
      "POST /local/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
  private static final String POST =
      TOKENS + "Content-Length: %s\r\n\r\n".formatted(TOKEN.length());
  private static final String CHUNKED = TOKENS + "Transfer-Encoding: chunked\r\n\r\n";
  private static final String CHUNK = Integer.toHexString(TOKEN.length()) + "\r\n" + TOKEN + "\r\n";
  private static final int MILLIS = 20_000;
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 ([0-9]{3}) ");

  private static Platform platform;

  @BeforeAll
  static void start() {
    platform =
        Platform.start(
            Map.of("HTTP_PORT", "0", "SMTP_PORTS", "0", "SMTPS_PORTS", "0", "MANAGEMENT_PORT", "0"),
            OutputStream.nullOutputStream());
  }

  @AfterAll
  static void stop() {
    platform.close();
  }

  private static Stream<Arguments> sent() {
    return Stream.of(
        arguments("one request", GET, "200"),
        arguments("one with a body", POST + TOKEN, "200"),
        arguments("several, one behind the other", GET + POST + TOKEN + GET, "200 200 200"),
        arguments("one in chunks", CHUNKED + CHUNK + "0\r\n\r\n", "200"),
        arguments("nothing", "", ""),
        arguments("a head that is cut off", HEAD_CUT_OFF, "400"),
        arguments("behind another, a head that is cut off", GET + HEAD_CUT_OFF, "200 400"),
        arguments("a body that is cut off", POST + TOKEN.substring(1), "400"),
        arguments("a body that never begins", POST, "400"),
        arguments("behind another, a body that is cut off", GET + POST + "{", "200 400"),
        arguments("no last chunk", CHUNKED + CHUNK, "400"),
        arguments("a last chunk without its end", CHUNKED + CHUNK + "0\r\n", "400"));
  }

  @ParameterizedTest(name = "{0}: {2}")
  @MethodSource("sent")
  void areAnsweredAndTheConnectionIsClosed(String what, String sent, String statuses)
      throws IOException {
    assertEquals(statuses, String.join(" ", statuses(exchange(sent))), what);
  }

  /** It would be the caller's to fill. */
  @Test
  void nothingOfItIsInTheLog() throws IOException {
    var said = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new PrintStream(said, true, UTF_8));
    try {
      exchange(POST + "{");
      try (Socket socket = connect()) {
        socket.getOutputStream().write((POST + "{").getBytes(UTF_8));
      }
      exchange(GET);
    } finally {
      System.setErr(before);
    }
    assertEquals("", said.toString(UTF_8));
  }

  @Test
  void anAnswerTellsWhatIsWrong() throws IOException {
    String answer = exchange(POST + "{");

    assertTrue(answer.contains("\r\ncontent-type: application/problem+json\r\n"), answer);
    assertTrue(answer.contains("\"detail\":\"The request ends too early. "), answer);
  }

  private static Socket connect() throws IOException {
    var socket =
        new Socket(InetAddress.ofLiteral("127.0.0.1"), URI.create(platform.http()).getPort());
    socket.setSoTimeout(MILLIS);
    return socket;
  }

  /** All that comes until the connection is closed. */
  private static String exchange(String sent) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(sent.getBytes(UTF_8));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  private static List<String> statuses(String answers) {
    return STATUS.matcher(answers).results().map(match -> match.group(1)).toList();
  }
}
