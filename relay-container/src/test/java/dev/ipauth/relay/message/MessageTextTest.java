package dev.ipauth.relay.message;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.tables.AllowedSender;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a message's header and text on the way to the next hop. */
class MessageTextTest {
  private static final String RECEIVED =
      String.join(
          "\r\n",
          "Received: from printer ([192.0.2.7])",
          "\tby relay.test with ESMTP",
          "\tid id1;",
          "\tMon, 23 Nov 2026 10:00:00 +0000",
          "");
  private static final String ADDED =
      "Message-ID: <id1@relay.test>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n";
  private static final int MAX_HEADER = Passage.MAX_HEADER;

  private static Passage pass(String text) {
    var passage = new Passage(1 << 20, "printer", List.of());
    assertTrue(passage.take(text + ".\r\n"));
    return passage;
  }

  private static @Nullable Fault refusal(String text, String... senders) {
    var allowed = List.of(senders).stream().map(AllowedSender::parse).toList();
    var passage = new Passage(1 << 20, "printer", allowed);
    assertTrue(passage.take(text + ".\r\n"));
    return passage.fault();
  }

  @Test
  void theTraceGoesOnTopAndTheRestAsItCame() {
    String message = "Date: x\r\nMessage-ID: y\r\nSubject: z\r\n\r\nText\r\n\r\nmore\r\n";
    assertEquals(RECEIVED + message, pass(message).toString());
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "Date: x\\r\\n\\r\\nText\\r\\n | Message-ID: <id1@relay.test>\\r\\n",
        "MESSAGE-id : y\\r\\n\\r\\nText\\r\\n | Date: Mon, 23 Nov 2026 10:00:00 +0000\\r\\n"
      },
      delimiter = '|')
  void whatIsMissingIsAdded(String message, String added) {
    String sent = message.translateEscapes();
    assertEquals(RECEIVED + added.translateEscapes() + sent, pass(sent).toString());
  }

  @Test
  void aMessageWithoutAHeaderGetsABlankLineBeforeItsText() {
    assertEquals(RECEIVED + ADDED + "\r\nHello\r\nyou\r\n", pass("Hello\r\nyou\r\n").toString());
    assertEquals(RECEIVED + ADDED + "\r\nHello\r\n", pass("\r\nHello\r\n").toString());
    assertEquals(RECEIVED + ADDED + "\r\n", pass("").toString());
  }

  @ParameterizedTest
  @CsvSource({
    // Sent, the header that goes out, what follows the blank line.
    "Subject: only\\r\\n, Subject: only\\r\\n, ''",
    "Subject: x\\r\\nHello\\r\\n, Subject: x\\r\\n, Hello\\r\\n",
    "Subject: x\\r\\n y\\r\\n\\tz\\r\\nHello\\r\\n\\r\\nyou\\r\\n, Subject: x\\r\\n y\\r\\n\\tz\\r\\n, Hello\\r\\n\\r\\nyou\\r\\n",
    "Subject: x\\r\\n..Hello\\r\\n, Subject: x\\r\\n, ..Hello\\r\\n",
    "Subject: x\\r\\nHello\\r\\nDate: y\\r\\n, Subject: x\\r\\n, Hello\\r\\nDate: y\\r\\n",
    "From a@b Mon\\r\\nSubject: x\\r\\nHello\\r\\n, X-Mailbox-Line: From a@b Mon\\r\\nSubject: x\\r\\n, Hello\\r\\n"
  })
  void aHeaderWithoutABlankLineBehindItGetsOne(String sent, String header, String text) {
    assertEquals(
        RECEIVED + ADDED + header.translateEscapes() + "\r\n" + text.translateEscapes(),
        pass(sent.translateEscapes()).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Date: x\r\nSubject: z\r\n\r\nText\r\n..dot\r\n.\r\nQUIT",
        "Hello\r\n.\r\n",
        "\r\n\r\n.\r\n",
        "Subject: a\n folded\n\n.text\n\r\n.\r\n",
        ".\r\n"
      })
  void whereItIsSplitMakesNoDifference(String input) {
    var whole = new Passage(1 << 20, "printer", List.of());
    assertTrue(whole.take(input));
    var single = new Passage(1 << 20, "printer", List.of());
    int i = 0;
    while (!single.take(input.substring(i, i + 1))) {
      i++;
    }
    assertEquals(whole.toString(), single.toString());
    assertEquals(whole.taken(), i + 1);
    assertEquals(whole.text().size(), single.text().size());
  }

  @Test
  void aHundredReceivedAreEnough() {
    assertNull(refusal("Received:\r\n".repeat(100) + "\r\n"));
    assertEquals(Fault.LOOP, refusal("Received:\r\n".repeat(100) + "RECEIVED :\r\n\r\n"));
    assertNull(refusal("Receive:\r\n".repeat(101) + "\r\n"));
  }

  @Test
  void aHeaderHasItsLimit() {
    String rest = "\r\n\r\nText\r\n";
    assertNull(refusal("X: " + "a".repeat(MAX_HEADER - 7) + rest));
    assertEquals(Fault.HEADER_TOO_LARGE, refusal("X: " + "a".repeat(MAX_HEADER) + rest));
    assertNull(refusal("X: y\r\n\r\n" + "a".repeat(5 * MAX_HEADER) + "\r\n"));
  }

  @Test
  void aMessageMayBeAsLargeAsTheLimit() {
    String header = "Date: x\r\nMessage-ID: y\r\n\r\n";
    for (int over = 0; over <= 1; over++) {
      var passage = new Passage(1000, "printer", List.of());
      String body = "a".repeat(1000 - header.length() - 2 + over) + "\r\n";
      assertTrue(passage.take(header + body + ".\r\n"));
      assertEquals(over == 0 ? null : Fault.MESSAGE_TOO_LARGE, passage.fault());
      assertEquals(1000 + over, passage.text().size());
    }
  }

  @Test
  void stuffedDotsDoNotCount() {
    var passage = pass("\r\n..\r\n");
    assertEquals("\r\n.\r\n".length(), passage.text().size());
  }

  @ParameterizedTest
  @CsvSource({"1048574, true", "1048575, false"})
  void aLineMayBeAMebibyte(int length, boolean good) {
    var passage = new Passage(10 << 20, "printer", List.of());
    passage.take("\r\n" + "a".repeat(length) + "\r\n.\r\n");
    assertEquals(good ? null : Fault.LINE_TOO_LONG, passage.fault());
  }

  @Test
  void nothingGoesOverAfterARefusalAndTheEndIsStillFound() {
    var passage = new Passage(100, "printer", List.of());
    assertFalse(passage.take("Subject: x\r\n\r\n" + "a".repeat(200) + "\r\n"));
    assertEquals(Fault.MESSAGE_TOO_LARGE, passage.fault());
    int before = passage.toString().length();
    assertFalse(passage.take("more\r\n"));
    assertTrue(passage.take("more\r\n.\r\n"));
    assertEquals(before, passage.toString().length());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "From: evil@example.net\r\n\r\n",
        "From: good@example.com\r\nFrom: evil@example.net\r\n\r\n",
        "From: good@example.com,\r\n evil@example.net\r\n\r\n",
        "from : evil@example.net\r\n\r\n",
        "FROM\t: evil@example.net\r\n\r\n",
        "From: Team: good@example.com, evil@example.net;\r\n\r\n",
        "From: \"good@example.com\" <evil@example.net>\r\n\r\n",
        "From: good@example.com\n , evil@example.net\r\n\r\n",
        ".From: evil@example.net\r\n\r\n",
        "Subject: x\r\n.From: evil@example.net\r\n\r\n",
        "From: good@example.com\r\n.\t, evil@example.net\r\n\r\n",
        "From x@y Mon Nov 23 10:00:00 2026\r\nFrom: evil@example.net\r\n\r\n",
        "\u00ef\u00bb\u00bfFrom: evil@example.net\r\n\r\n",
        "Sender: evil@example.net\r\n\r\n",
        "Resent-From: evil@example.net\r\nSender: good@example.com\r\n\r\n"
      })
  void aFromThatIsNotAllowedIsRefused(String header) {
    refusedWith(Fault.FROM_NOT_ALLOWED, header);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "From: good@example.com <evil@example.net>\r\n\r\n",
        "From: unreadable\r\n\r\n",
        "From:\r\n\r\n",
        "From: =?utf-8?q?good=40example.com?=\r\n\r\n",
        "From: good@example.com\r\nFrom: evil\r\n\r\n",
        "From: good@-example.com\r\n\r\n",
        "From: a..good@example.com\r\n\r\n"
      })
  void aFromThatIsNotCertainIsRefused(String header) {
    refusedWith(Fault.FROM_UNCERTAIN, header);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\001From\001: evil@example.net\r\n\r\n",
        "Subject: x\r\n\001From: evil@example.net\r\n\r\n",
        "Subject: x\u000bFrom: evil@example.net\r\n\r\n",
        "Subject: x\r\nno field at all\r\nFrom: good@example.com\r\n\r\n",
        "From: \"evil@example.net\r\nno field\r\n \" <good@example.com>\r\n\r\n",
        "From: good@example.com\r\nno field\r\n , evil@example.net\r\n\r\n"
      })
  void aHeaderInWhichReadersSeeDifferentFieldsIsRefused(String header) {
    refusedWith(Fault.HEADER_UNCERTAIN, "Subject: y\r\n" + header);
  }

  private static void refusedWith(Fault fault, String header) {
    assertEquals(fault, refusal(header, "good@example.com"), header);
    assertNull(refusal(header), "without allowed senders anybody may be in From");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "From: good@example.com\r\n\r\nFrom: evil@example.net\r\n",
        "From: Good <GOOD@Example.Com>, anyone@example.org\r\n\r\n",
        "From: good@example.com\r\nSender: somebody@else.example\r\n\r\n",
        "From: Scanner\r\n\t<good@example.com>\r\n\r\n",
        "From:\r\n good@example.com\r\n\r\n",
        "From: HP LaserJet M.425 (2nd floor) <good@example.com>\r\n\r\n",
        "From: =?iso-8859-1?q?B=FCro?= <good@example.com>\r\n\r\n",
        "From: B\u00fcro <good@example.com>\r\n\r\n",
        "From: Team: good@example.com;\r\n\r\n",
        " From: evil@example.net\r\n\r\n",
        "Subject: no From\r\n\r\n"
      })
  void aFromThatIsAllowedGoesOn(String text) {
    assertNull(refusal(text, "good@example.com", "@example.org"), text);
  }

  @Test
  void aFirstLineThatWouldContinueTheTraceIsText() {
    assertEquals(RECEIVED + ADDED + "\r\n To: you\r\n", pass(" To: you\r\n").toString());
  }

  /** RFC 5321 section 4.5.2: the next hop takes the first dot away, and this would be a fold. */
  @Test
  void aFirstLineThatContinuesTheTraceOnceItIsUnstuffedIsText() {
    assertEquals(RECEIVED + ADDED + "\r\n\t: x\r\n", pass(".\t: x\r\n").read());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\u00ef\u00bb\u00bfDate: x\\r"
            + "\\n"
            + "Message-ID: y\\r"
            + "\\n"
            + "\\r"
            + "\\n"
            + "z\\r"
            + "\\n"
            + " | Date: x\\r"
            + "\\n"
            + "Message-ID: y\\r"
            + "\\n"
            + "\\r"
            + "\\n"
            + "z\\r"
            + "\\n",
        "From a@b Mon\\r"
            + "\\n"
            + "Date: x\\r"
            + "\\n"
            + "Message-ID: y\\r"
            + "\\n"
            + "\\r"
            + "\\n"
            + "z\\r"
            + "\\n"
            + " | X-Mailbox-Line: From a@b Mon\\r"
            + "\\n"
            + "Date: x\\r"
            + "\\n"
            + "Message-ID: y\\r"
            + "\\n"
            + "\\r"
            + "\\n"
            + "z\\r"
            + "\\n",
        ">From a@b\\r"
            + "\\n"
            + "Date: x\\r"
            + "\\n"
            + "Message-ID: y\\r"
            + "\\n"
            + " | X-Mailbox-Line: >From a@b\\r"
            + "\\n"
            + "Date: x\\r"
            + "\\n"
            + "Message-ID: y\\r"
            + "\\n"
            + "\\r"
            + "\\n"
      })
  void whatProgramsPutBeforeAHeaderDoesNotMakeItText(String sent, String read) {
    assertEquals(RECEIVED + read.translateEscapes(), pass(sent.translateEscapes()).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "From here on it is text.\r\n",
        "From here on\r\nit is text.\r\n",
        "From here on\r\n\r\nit: is text.\r\n",
        "\u00ef\u00bb\u00bfText\r\n"
      })
  void aTextThatBeginsLikeThatStaysText(String text) {
    assertEquals(RECEIVED + ADDED + "\r\n" + text, pass(text).toString());
  }

  @Test
  void aFromOfAHundredAddressesIsEnough() {
    String address = "a@b";
    assertNull(refusal("From: " + (address + ",").repeat(99) + address + "\r\n\r\n", address));
    assertEquals(
        Fault.FROM_TOO_LONG,
        refusal("From: " + (address + ",").repeat(100) + address + "\r\n\r\n", address));
    assertEquals(Fault.FROM_TOO_LONG, refusal(("From: " + address + "\r\n").repeat(101), address));
  }

  @Test
  void aFromIsNotTakenApartWhenItIsLongerThanAnybodyMeans() {
    var rules = new HeaderRules(List.of(AllowedSender.parse("a@b")), Passage.TRACE);
    for (String hostile : List.of("x:;,", "a@b,", "(x)", "x ", ",")) {
      byte[] header = ("From: " + hostile.repeat(8200) + "\r\n").getBytes(ISO_8859_1);
      var verdict = rules.judge(Header.parse(header, 0, header.length));
      assertEquals(new HeaderRules.Refused(Fault.FROM_TOO_LONG), verdict, hostile);
    }
  }

  /** What the device has stuffed is stuffed already. */
  @Test
  void linesThatBeginWithADotGoOnWithTheirNeighbours() {
    var passage = new Passage(1 << 20, "printer", List.of());
    String lines = ("a".repeat(300) + "\r\n..b\r\n").repeat(100);
    passage.take("\r\n" + lines + ".\r\n");
    assertTrue(passage.toString().endsWith(lines));
    assertEquals(2, passage.pieces(), "the trace, and all of the text");
  }

  /** Each would be a buffer of its own at the next hop's connection. */
  @ParameterizedTest
  @ValueSource(strings = {"\0", "\r", "\n", "..\r\n", ".\n", "\r\r\n"})
  void smallPiecesAreGathered(String piece) {
    var passage = new Passage(1 << 20, "printer", List.of());
    passage.take("\r\n" + piece.repeat(10_000) + "\r\n.\r\n");
    assertTrue(passage.pieces() < 30, () -> passage.pieces() + " pieces");
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "printer | printer ([192.0.2.7])",
        "[10.0.0.1] | [10.0.0.1] ([192.0.2.7])",
        "a_b.example | a_b.example ([192.0.2.7])",
        "two words | [192.0.2.7] (HELO \"two words\")",
        "x) (y | [192.0.2.7] (HELO \"x? ?y\")",
        "a\"b\\c | [192.0.2.7] (HELO \"a?b?c\")",
        "bücher | [192.0.2.7] (HELO \"b?cher\")"
      },
      delimiter = '|',
      quoteCharacter = '`')
  void whatADeviceCallsItselfIsQuotedSafely(String helo, String from) {
    var passage = new Passage(1 << 20, helo, List.of());
    passage.take("\r\n.\r\n");
    assertTrue(passage.toString().startsWith("Received: from " + from + "\r\n"), passage::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\rb", "a\nReceived: evil", "a\0b"})
  void noHeloNameMakesALineOfItsOwn(String helo) {
    var passage = new Passage(1 << 20, helo, List.of());
    passage.take("\r\n.\r\n");
    assertEquals(4 + 2 + 1, passage.toString().split("\r\n", -1).length - 1);
    assertFalse(passage.toString().replace("\r\n", "").matches("(?s).*[\r\n\0].*"));
  }
}
