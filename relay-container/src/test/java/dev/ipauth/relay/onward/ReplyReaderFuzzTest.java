package dev.ipauth.relay.onward;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ipauth.relay.smtp.Reply;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Whatever a next hop says, in whatever pieces: the same replies, and none that it didn't make. */
class ReplyReaderFuzzTest {

  /**
   * What was understood.
   *
   * @param broken whether something came that is no reply
   */
  private record Heard(List<Reply> replies, boolean broken) {}

  @FuzzTest
  void saysTheSameHoweverItIsSplit(byte[] octets) throws ReplyReader.Nonsense {
    Heard whole = hear(octets, _ -> octets.length);
    assertEquals(whole, hear(octets, _ -> 1), "octet by octet");
    var random = new Random(octets.length);
    assertEquals(whole, hear(octets, _ -> 1 + random.nextInt(40)), "in pieces");
    for (Reply reply : whole.replies()) {
      isWellFormed(reply);
    }
    assertEquals(
        readAtOnce(octets),
        whole.replies().stream().map(r -> r.code() + " in " + r.lines().size()).toList());
  }

  /** How long the piece that begins there is. */
  private interface Pieces {
    int length(int from);
  }

  private static Heard hear(byte[] octets, Pieces pieces) {
    var reader = new ReplyReader();
    var replies = new ArrayList<Reply>();
    ByteBuf received = Unpooled.buffer(octets.length + 1);
    try {
      for (int from = 0; from < octets.length; ) {
        int length = Math.min(pieces.length(from), octets.length - from);
        received.writeBytes(octets, from, length);
        from += length;
        for (Reply reply = reader.take(received); reply != null; reply = reader.take(received)) {
          replies.add(reply);
        }
      }
      return new Heard(replies, false);
    } catch (ReplyReader.Nonsense _) {
      return new Heard(replies, true);
    }
  }

  /** On its way to the device it is one reply, the same one, and no line of it is more. */
  private static void isWellFormed(Reply reply) throws ReplyReader.Nonsense {
    assertTrue(reply.code() >= 200 && reply.code() < 600, reply::toString);
    for (String line : reply.lines()) {
      assertFalse(line.chars().anyMatch(Character::isISOControl), line);
      assertFalse(line.matches("(?s).*[\u2028\u2029].*"), line);
    }
    for (String line : new String(reply.bytes(), UTF_8).lines().toList()) {
      assertTrue(line.getBytes(UTF_8).length <= 510 && line.startsWith("" + reply.code()), line);
    }
    // What is longer is cut into several lines.
    if (reply.lines().stream().allMatch(line -> line.getBytes(UTF_8).length <= 506)) {
      ByteBuf again = Unpooled.wrappedBuffer(reply.bytes());
      assertEquals(reply, new ReplyReader().take(again));
      assertFalse(again.isReadable());
    }
  }

  /** Codes and numbers of lines, as a reader has them that holds everything in its hand. */
  private static List<String> readAtOnce(byte[] octets) {
    var replies = new ArrayList<String>();
    String text = new String(octets, ISO_8859_1);
    if (text.indexOf('\n') < 0) {
      return replies;
    }
    String code = "";
    int lines = 0;
    for (String line : text.substring(0, text.lastIndexOf('\n')).split("\n", -1)) {
      String content = line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
      boolean good =
          line.length() <= 4096
              && content.matches("(?s)[2-5][0-9][0-9](?:[ -].*)?")
              && (lines == 0 || content.startsWith(code))
              && lines < 100;
      if (!good) {
        return replies;
      }
      code = content.substring(0, 3);
      lines++;
      if (!content.startsWith("-", 3)) {
        replies.add(code + " in " + lines);
        lines = 0;
      }
    }
    return replies;
  }
}
