package dev.ipauth.relay.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ipauth.relay.smtp.Event;
import dev.ipauth.relay.smtp.Reply;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.regex.Pattern;

/**
 * A whole connection's octets, in any pieces, to a next hop that reads strictly: it hears of every
 * message exactly once and of nothing else, and where the pieces end changes nothing for anybody.
 */
class SmtpDecoderFuzzTest {
  private static final int LONGEST = 12_000;
  private static final int OCTET_BY_OCTET = 400;

  @FuzzTest
  @DictionaryEntries({
    "EHLO x\\x0d\\x0a",
    "MAIL FROM:<a@b>\\x0d\\x0a",
    "RCPT TO:<c@d>\\x0d\\x0a",
    "DATA\\x0d\\x0a",
    "BDAT 4 LAST\\x0d\\x0a",
    "BDAT 0\\x0d\\x0a",
    "BDAT x\\x0d\\x0a",
    "RSET\\x0d\\x0a",
    "AUTH LOGIN\\x0d\\x0a",
    "QUIT\\x0d\\x0a",
    "\\x0d\\x0a.\\x0d\\x0a",
    "\\x0a.\\x0a",
    "\\x0a.\\x0d\\x0a",
    "\\x0d.\\x0d",
    "\\x00",
    "\\x16\\x03\\x01"
  })
  void theNextHopHearsOfEachMessageOnce(byte[] octets) {
    Conversation whole = converse(octets, _ -> LONGEST);
    agreesWithTheNextHop(whole);
    endsOnlyWhereTheDeviceEnds(whole, new String(octets, ISO_8859_1));
    for (var pieces : pieces(octets.length)) {
      Conversation other = converse(octets, pieces);
      assertEquals(whole.replies(), other.replies());
      assertEquals(withoutTimes(whole), withoutTimes(other));
      assertEquals(whole.nextHop().messages(), other.nextHop().messages());
      assertEquals(whole.nextHop().faults(), other.nextHop().faults());
    }
  }

  /** How long a message took is the machine's affair, and not that of the pieces. */
  private static List<String> withoutTimes(Conversation conversation) {
    return conversation.events().stream()
        .map(event -> event.toString().replaceFirst(", millis=\\d+", ""))
        .toList();
  }

  /** Octet by octet, which takes too long for a long input, and in pieces of any length. */
  private static List<IntUnaryOperator> pieces(int length) {
    var random = new Random(length);
    IntUnaryOperator any = _ -> 1 + random.nextInt(60);
    return length > OCTET_BY_OCTET ? List.of(any) : List.of(_ -> 1, any);
  }

  private static Conversation converse(byte[] octets, IntUnaryOperator pieces) {
    var conversation = new Conversation();
    int length = Math.min(octets.length, LONGEST);
    for (int from = 0, to; from < length; from = to) {
      to = Math.min(length, from + pieces.applyAsInt(from));
      conversation.say(octets, from, to);
    }
    conversation.hangUp();
    conversation.assertNothingIsHeld();
    return conversation;
  }

  private static void agreesWithTheNextHop(Conversation conversation) {
    assertEquals(List.of(), conversation.nextHop().faults());
    var accepted =
        conversation.events().stream()
            .filter(Event.Message.class::isInstance)
            .map(Event.Message.class::cast)
            .filter(message -> message.reply().isPositive())
            .toList();
    var taken = conversation.nextHop().messages();
    assertEquals(
        accepted.size(), taken.size(), "a message more, or one less, than the device sent");
    for (int i = 0; i < taken.size(); i++) {
      String message = taken.get(i);
      String envelope = message.substring(0, message.indexOf("Received: "));
      assertEquals(
          1 + accepted.get(i).recipients().size(), envelope.split("\r\n").length, envelope);
    }
    long saidTaken = conversation.replies().stream().filter(Reply.of(250, "taken")::equals).count();
    assertEquals(taken.size(), saidTaken, "the device hears the next hop's own word");
  }

  /** Never more messages than CRLF . CRLF, or than chunks that say they are the last. */
  private static void endsOnlyWhereTheDeviceEnds(Conversation conversation, String said) {
    String upperCase = said.toUpperCase(Locale.ROOT);
    int ends = count(upperCase, "\n.\r\n") + count(upperCase, "LAST");
    assertTrue(conversation.nextHop().messages().size() <= ends, said);
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }
}
