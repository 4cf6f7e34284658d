package dev.ipauth.local.sink;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MailSinkTest {
  private static final String ENVELOPE =
      lines("EHLO x", "MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>", "DATA");

  private final MailSink sink = MailSink.start(4096);

  @AfterEach
  void stop() {
    sink.close();
  }

  @Test
  void keepsTheEnvelopeAndTheMessage() throws IOException {
    String replies =
        say(
            lines(
                "EHLO x",
                "MAIL FROM:<> BODY=8BITMIME SIZE=100",
                "RCPT TO:<b@example.com>",
                "RCPT TO:<ἀλέξιος@example.com>",
                "DATA",
                "Subject: x",
                "",
                "hello",
                ".",
                "QUIT"));
    assertTrue(replies.endsWith("250 2.0.0 Kept as 1\r\n221 2.0.0 Bye\r\n"), replies);
    SunkMessage message = sink.messages().getFirst();
    assertEquals("", message.mailFrom());
    assertEquals(List.of("b@example.com", "ἀλέξιος@example.com"), message.recipients());
    assertArrayEquals(octets("Subject: x\r\n\r\nhello\r\n"), message.data());
  }

  /** What a lenient next hop would mend or mistake for an end is kept byte for byte. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // sent | kept
        "x↵                      | x↵",
        "''                      | ''",
        "..↵                     | .↵",
        "..x↵                    | .x↵",
        ".x↵                     | x↵",
        "x\\n.\\ny↵              | x\\n.\\ny↵",
        "x\\n.↵y↵                | x\\n.↵y↵",
        "x↵.\\ny↵                | x↵\\ny↵",
        "x\\r.\\ry↵              | x\\r.\\ry↵",
        "x\\r.↵y↵                | x\\r.↵y↵",
        "x↵.\\ry↵                | x↵\\ry↵",
        "x\\r↵↵                  | x\\r↵↵",
        "x\\0y\\xffz↵            | x\\0y\\xffz↵",
      })
  void keepsEveryByte(String sent, String kept) throws IOException {
    say(ENVELOPE + unescape(sent) + ".\r\nQUIT\r\n");
    assertEquals(1, sink.messages().size());
    assertArrayEquals(octets(unescape(kept)), sink.messages().getFirst().data());
  }

  private static String unescape(String text) {
    return text.replace("↵", "\r\n")
        .replace("\\n", "\n")
        .replace("\\r", "\r")
        .replace("\\0", "\0")
        .replace("\\xff", "ÿ");
  }

  @Test
  void aMessageWithoutItsEndIsNotKept() throws IOException {
    say(ENVELOPE + "half of\r\n");
    assertEquals(List.of(), sink.messages());
  }

  @ParameterizedTest
  @CsvSource({
    "MAIL FROM:<a@example.com>, 503",
    "RCPT TO:<a@example.com>, 503",
    "DATA, 503",
    "BDAT 3, 500",
    "'', 500",
    "'NOOP\n', 500",
  })
  void refusesWhatIsOutOfOrderOrUnknown(String command, String code) throws IOException {
    String replies = say(command + "\r\nQUIT\r\n");
    assertEquals(code, replies.lines().skip(1).findFirst().orElseThrow().substring(0, 3));
  }

  @ParameterizedTest
  @CsvSource({
    "MAIL FROM:a@example.com, 501",
    "MAIL FROM: <a@example.com>, 501",
    "MAIL FROM:<a@example.com> RET=FULL, 555",
    "MAIL FROM:<a@example.com> SIZE=4097, 552",
    "MAIL FROM:<a@example.com> SIZE=4096 SMTPUTF8, 250",
  })
  void refusesWhatWasNotOffered(String command, String code) throws IOException {
    String replies = say("HELO x\r\n" + command + "\r\nQUIT\r\n");
    assertEquals(code, replies.lines().skip(2).findFirst().orElseThrow().substring(0, 3));
  }

  @Test
  void theOldestMakeRoomForTheNewest() throws IOException {
    for (int i = 0; i < 3; i++) {
      say(ENVELOPE + i + "x".repeat(1500) + "\r\n.\r\nQUIT\r\n");
    }
    assertEquals(List.of("3", "2"), sink.messages().stream().map(SunkMessage::id).toList());
  }

  @Test
  void whatIsTooLargeIsRefusedAndReadToItsEnd() throws IOException {
    String replies = say(ENVELOPE + "x".repeat(4097) + "\r\n.\r\nNOOP\r\nQUIT\r\n");
    assertTrue(replies.contains("552 5.3.4"), replies);
    assertTrue(replies.endsWith("250 2.0.0 OK\r\n221 2.0.0 Bye\r\n"), replies);
    assertEquals(List.of(), sink.messages());
  }

  @Test
  void listensOnTheLoopbackAddressOnly() throws IOException {
    // 127.0.0.2 is this machine too, and answers where a server listens on every interface.
    try (var socket = new Socket()) {
      var elsewhere = new InetSocketAddress("127.0.0.2", sink.port());
      assertThrows(IOException.class, () -> socket.connect(elsewhere, 2000));
    }
  }

  /** Sends it all at once, as PIPELINING lets a client, and reads until the sink hangs up. */
  private String say(String everything) throws IOException {
    try (var socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), sink.port())) {
      socket.getOutputStream().write(octets(everything));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  private static String lines(String... lines) {
    return String.join("\r\n", lines) + "\r\n";
  }

  private static byte[] octets(String text) {
    return text.chars().anyMatch(c -> c > 255) ? text.getBytes(UTF_8) : text.getBytes(ISO_8859_1);
  }
}
