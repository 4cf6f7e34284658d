package dev.ipauth.relay.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** Line ends, dots, and the end of a message, at every place where the input can be split. */
class DecoderTest {
  private static final List<String> SHAPES =
      List.of(
          "",
          "\n",
          "\r",
          "\r\n",
          "\n\r",
          "\r\r\n",
          "\r\n\0",
          "\0\r\n",
          "\013",
          "\f",
          "\u0085",
          ".",
          "..",
          "\r\n.",
          "\r\n\r\n");
  private static final Pattern NOT_CANONICAL = Pattern.compile("(?<!\r)\n|\r(?!\n)|\0");

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(resources = "decoder.csv", delimiter = '|', numLinesToSkip = 1)
  void repairsAsTheTableSays(String what, String input, String text, String rest) {
    String sent = unescape(input);
    var expected = new Decoded(unescape(text), rest == null ? null : unescape(rest));
    assertEquals(expected, Decoded.of(sent));
    for (int split = 0; split <= sent.length(); split++) {
      assertEquals(expected, Decoded.of(sent, split), "split at " + split);
    }
  }

  /**
   * Every "X . Y" between, before and after text: nothing ends a message that isn't CRLF . CRLF.
   */
  @Test
  void nothingSmugglesASecondMessage() {
    int sessions = 0;
    for (String x : SHAPES) {
      for (String y : SHAPES) {
        for (String before : List.of("", "a", "a\r\n")) {
          for (String after : List.of("", "MAIL FROM:<b@c>\r\n")) {
            sessions += smuggle(before + x + "." + y + after + "\r\n.\r\n");
          }
        }
      }
    }
    assertTrue(sessions > 10_000, "sessions: " + sessions);
  }

  private static int smuggle(String input) {
    Decoded whole = Decoded.of(input);
    assertFalse(NOT_CANONICAL.matcher(whole.text()).find(), () -> escape(whole.text()));
    assertFalse(endsEarly(whole.text()), () -> escape(input) + " became " + escape(whole.text()));
    assertEquals(
        rfc5321End(input), whole.rest() == null ? -1 : input.length() - whole.rest().length());
    for (int split = 0; split <= input.length(); split++) {
      assertEquals(whole, Decoded.of(input, split), "split at " + split + " of " + escape(input));
    }
    int[] everywhere = IntStream.range(0, input.length()).toArray();
    assertEquals(whole, Decoded.of(input, everywhere), "octet by octet: " + escape(input));
    return input.length() + 3;
  }

  /**
   * Where a text ends by the letter of RFC 5321 section 4.1.1.4, its first CRLF being DATA's own.
   */
  private static int rfc5321End(String input) {
    int dot = ("\r\n" + input).indexOf("\r\n.\r\n");
    return dot < 0 ? -1 : dot + 3;
  }

  private static boolean endsEarly(String passedOn) {
    return ("\r\n" + passedOn).contains("\r\n.\r\n");
  }

  @Test
  void randomTextIsDecodedTheSameHoweverItIsSplit() {
    var random = new Random(20261123);
    for (int i = 0; i < 2_000; i++) {
      String input = randomText(random);
      int[] splits = random.ints(4, 0, input.length() + 1).sorted().toArray();
      assertEquals(Decoded.of(input), Decoded.of(input, splits), () -> escape(input));
      assertEquals(Decoded.counted(input), Decoded.counted(input, splits), () -> escape(input));
      assertFalse(endsEarly(Decoded.counted(input)), () -> escape(input));
      assertFalse(NOT_CANONICAL.matcher(Decoded.counted(input)).find(), () -> escape(input));
    }
  }

  private static String randomText(Random random) {
    var text = new StringBuilder();
    int length = random.nextInt(40);
    for (int i = 0; i < length; i++) {
      text.append("\r\n..a\0".charAt(random.nextInt(6)));
    }
    return text.toString();
  }

  @Test
  void countedTextIsStuffedAndGetsItsLastLineEnd() {
    assertEquals("..\r\n", Decoded.counted("."));
    assertEquals("a\r\n..\r\n..b\r\n", Decoded.counted("a\r\n.\r\n.b\r\n"));
    assertEquals("a \r\n", Decoded.counted("a\r"));
    assertEquals("", Decoded.counted(""));
  }

  private static String unescape(String text) {
    return text.replace("\\r", "\r").replace("\\n", "\n").replace("\\0", "\0").replace("\\_", " ");
  }

  private static String escape(String text) {
    return text.replace("\r", "\\r").replace("\n", "\\n").replace("\0", "\\0");
  }
}
