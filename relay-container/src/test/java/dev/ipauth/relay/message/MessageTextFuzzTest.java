package dev.ipauth.relay.message;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.InternetHeaders;
import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.regex.Pattern;

/**
 * Any octets as a message's text, in any pieces, beside a model that holds all of it and looks at
 * whole lines: what goes out is canonical, ends where CRLF . CRLF came and nowhere else, and has
 * the trace on top.
 */
class MessageTextFuzzTest {
  private static final String END = "\r\n.\r\n";
  private static final int OCTET_BY_OCTET = 200;
  private static final Pattern LINE = Pattern.compile("([^\r\n]*(?:\r(?!\n)[^\r\n]*)*)(\r?\n|\\z)");
  private static final Pattern ALONE = Pattern.compile("\r(?!\n)|(?<!\r)\n|\0");
  private static final Pattern RECEIVED =
      Pattern.compile("Received: from printer .*?\r\n\tby .*?\r\n\tid id1;\r\n\t.*?\r\n");

  private static final Pattern ADDED =
      Pattern.compile(
          RECEIVED
              + "(?:Message-ID: <id1@relay\\.test>\r\n)?"
              + "(?:Date: Mon, 23 .*?\r\n)?(?:X-Mailbox-Line: )?");

  private static final Pattern FIELD = Pattern.compile("[!-9;-~]+[ \t]*:.*", Pattern.DOTALL);

  private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

  @FuzzTest
  @DictionaryEntries({
    "\\x0d\\x0a.\\x0d\\x0a",
    "\\x0a.\\x0a",
    "\\x0a.\\x0d\\x0a",
    "\\x0d.\\x0d",
    "\\x0d\\x0a",
    "\\x00",
    "..",
    "Date: x\\x0d\\x0a",
    "Message-ID: <y>\\x0d\\x0a",
    "Received: z\\x0d\\x0a",
    "\\x0d\\x0a\\x0d\\x0a",
    "From x\\x0d\\x0a",
    "\\xef\\xbb\\xbf"
  })
  void whatGoesOutIsWhatTheModelSays(byte[] octets) throws MessagingException {
    String sent = new String(octets, ISO_8859_1);
    byDot(sent + END);
    counted(sent);
  }

  // --- DATA --------------------------------------------------------------------------------------

  private static void byDot(String sent) throws MessagingException {
    int end = sent.startsWith(".\r\n") ? 0 : sent.indexOf(END) + 2;
    var whole = new Passage(1 << 20, "printer", List.of());
    assertTrue(whole.take(sent), "the end wasn't found");
    assertEquals(end + 3, whole.taken(), "it ends where CRLF . CRLF is");
    goesOut(whole, canonical(sent.substring(0, end), true));
    for (var pieces : pieces(sent.length())) {
      var other = new Passage(1 << 20, "printer", List.of());
      assertEquals(end + 3, takeInPieces(other, sent.getBytes(ISO_8859_1), pieces));
      isTheSame(whole, other);
    }
  }

  /** How many octets were taken when the end was found, or all of them. */
  private static int takeInPieces(Passage passage, byte[] octets, IntUnaryOperator pieces) {
    int from = 0;
    while (from < octets.length) {
      int to = Math.min(octets.length, from + pieces.applyAsInt(from));
      if (passage.take(Arrays.copyOfRange(octets, from, to))) {
        return from + passage.taken();
      }
      assertEquals(to - from, passage.taken(), "all is taken until the end");
      from = to;
    }
    return from;
  }

  /** Octet by octet, which takes too long for a long text, and in pieces of any length. */
  private static List<IntUnaryOperator> pieces(int length) {
    var random = new Random(length);
    IntUnaryOperator any = _ -> 1 + random.nextInt(20);
    return length > OCTET_BY_OCTET ? List.of(any) : List.of(_ -> 1, any);
  }

  // --- BDAT --------------------------------------------------------------------------------------

  private static void counted(String sent) throws MessagingException {
    var whole = new Passage(Framing.COUNTED, 1 << 20, "printer", List.of());
    assertFalse(whole.take(sent), "counted text has no end of its own");
    assertEquals(sent.length(), whole.taken());
    whole.end();
    goesOut(whole, canonical(sent, false));
    for (var pieces : pieces(sent.length())) {
      var other = new Passage(Framing.COUNTED, 1 << 20, "printer", List.of());
      assertEquals(sent.length(), takeInPieces(other, sent.getBytes(ISO_8859_1), pieces));
      other.end();
      isTheSame(whole, other);
    }
  }

  // --- What must be true -------------------------------------------------------------------------

  private static void isTheSame(Passage whole, Passage other) {
    assertEquals(whole.toString(), other.toString());
    assertEquals(whole.text().size(), other.text().size());
    assertEquals(whole.fault(), other.fault());
  }

  private static void goesOut(Passage passage, String canonical) throws MessagingException {
    String out = passage.toString();
    assertFalse(ALONE.matcher(out).find(), "CR, LF or NUL alone");
    assertFalse(("\r\n" + out).contains(END), "a message ends in it");
    if (passage.fault() != null) {
      assertEquals("", out, "what is refused by its header doesn't go over");
      return;
    }
    String separated = separated(canonical);
    String text = isLeftOut(canonical, out) ? withoutByteOrderMark(separated) : separated;
    assertTrue(out.endsWith(text), () -> text + "\nisn't at the end of\n" + out);
    String added = out.substring(0, out.length() - text.length());
    assertTrue(ADDED.matcher(added).matches(), added);
    var headers = new InternetHeaders(new ByteArrayInputStream(passage.octets()), true);
    assertNotNull(headers.getHeader("Date"));
    assertNotNull(headers.getHeader("Message-ID"));
  }

  /** With a blank line behind its header, or before its text if it has none. */
  private static String separated(String canonical) {
    var lines = canonical.lines().map(line -> line.startsWith(".") ? line.substring(1) : line);
    List<String> read = lines.toList();
    int end = endOfHeader(read);
    boolean blank = end < read.size() && read.get(end).isEmpty();
    int at = 0;
    for (int i = 0; i < end; i++) {
      at = canonical.indexOf("\r\n", at) + 2;
    }
    return blank ? canonical : canonical.substring(0, at) + "\r\n" + canonical.substring(at);
  }

  private static int endOfHeader(List<String> lines) {
    int first = !lines.isEmpty() && isMailboxLine(lines.getFirst()) ? 1 : 0;
    if (first == lines.size() || !isField(lines.get(first), first)) {
      return 0;
    }
    int end = first + 1;
    while (end < lines.size() && (isField(lines.get(end), end) || isFold(lines.get(end)))) {
      end++;
    }
    return end;
  }

  private static boolean isMailboxLine(String line) {
    return line.startsWith(">From ") || (line.startsWith("From ") && !isField(line, 0));
  }

  private static boolean isField(String line, int index) {
    boolean marked = index == 0 && line.startsWith(BYTE_ORDER_MARK);
    return FIELD.matcher(marked ? line.substring(BYTE_ORDER_MARK.length()) : line).matches();
  }

  private static boolean isFold(String line) {
    return line.startsWith(" ") || line.startsWith("\t");
  }

  /** Before a header it is, and before text it isn't. */
  private static boolean isLeftOut(String canonical, String out) {
    return canonical.startsWith(BYTE_ORDER_MARK) && !out.endsWith(separated(canonical));
  }

  private static String withoutByteOrderMark(String canonical) {
    String rest = canonical.substring(BYTE_ORDER_MARK.length());
    return rest.startsWith(".") ? "." + rest : rest;
  }

  /** Line by line, and each line as a whole. */
  private static String canonical(String sent, boolean dotStuffed) {
    var canonical = new StringBuilder();
    var lines = LINE.matcher(sent);
    boolean stuffed = dotStuffed;
    while (lines.find() && !lines.group().isEmpty()) {
      String line = lines.group(1).replace('\r', ' ').replace('\0', ' ');
      // Only what stands behind a CRLF of the device's own was stuffed by the device; and a dot
      // alone before a lone LF would be an end that it hasn't sent.
      boolean isStuffing = stuffed && line.startsWith(".") && !lines.group(1).equals(".");
      String text = isStuffing ? line.substring(1) : line;
      canonical.append(text.startsWith(".") ? "." : "").append(text).append("\r\n");
      stuffed = dotStuffed && lines.group(2).equals("\r\n");
    }
    return canonical.toString();
  }
}
