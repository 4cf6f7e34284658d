package dev.ipauth.relay.smtp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 5321 section 4.5.3.1.5: no line of a reply has more than 512 octets. */
class ReplyTest {
  private static final int LONGEST_LINE = 512;

  private static List<String> wire(Reply reply) {
    String octets = new String(reply.bytes(), UTF_8);
    assertTrue(octets.endsWith("\r\n"), octets);
    return Arrays.asList(octets.split("\r\n"));
  }

  @Test
  void whatIsShortEnoughIsOneLine() {
    String text = "5.1.1 " + "x".repeat(500);
    assertEquals(List.of("550 " + text), wire(Reply.of(550, text)));
  }

  @Test
  void oneOctetMoreIsAnotherLineWithCodeAndEnhancedCode() {
    String text = "5.1.1 " + "x".repeat(501);
    assertEquals(List.of("550-5.1.1 " + "x".repeat(500), "550 5.1.1 x"), wire(Reply.of(550, text)));
  }

  @Test
  void whatWasSeveralLinesStaysInItsOrder() {
    var reply = new Reply(451, List.of("4.7.1 first", "4.7.1 " + "y".repeat(600), "last"));
    assertEquals(
        List.of(
            "451-4.7.1 first",
            "451-4.7.1 " + "y".repeat(500),
            "451-4.7.1 " + "y".repeat(100),
            "451 last"),
        wire(reply));
  }

  @Test
  void wordsAreCutBetweenThem() {
    String words = IntStream.range(0, 500).mapToObj(i -> "w" + i).collect(Collectors.joining(" "));
    var lines = wire(Reply.of(554, "5.7.1 " + words));
    assertEquals(
        words, lines.stream().map(line -> line.substring(10)).collect(Collectors.joining(" ")));
  }

  /** A next hop may say half a megabyte; a line of a log, a row or a report holds its beginning. */
  @Test
  void whatIsToldOfAReplyHasItsBound() {
    var reply = new Reply(550, Collections.nCopies(100, "😀".repeat(1000)));

    assertEquals(1000, reply.toString().codePoints().count());
    assertTrue(reply.toString().endsWith("😀…"), reply.toString());
    assertEquals("550 5.1.1 no", Reply.of(550, "5.1.1 no").toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "é", "€", "😀", "a€", "é😀", "no break é "})
  void noLineIsTooLongAndNoCharacterIsCut(String part) {
    for (int times = 100; times < 1_500; times += 7) {
      var lines = wire(Reply.of(550, "5.1.1 " + part.repeat(times)));
      for (String line : lines) {
        assertTrue(line.getBytes(UTF_8).length + 2 <= LONGEST_LINE, line);
        assertTrue(
            line.startsWith(line.equals(lines.getLast()) ? "550 5.1.1 " : "550-5.1.1 "), line);
        assertFalse(line.contains("\uFFFD"), line);
      }
      String whole = lines.stream().map(line -> line.substring(10)).collect(Collectors.joining());
      assertEquals(part.repeat(times).replace(" ", ""), whole.replace(" ", ""));
    }
  }
}
