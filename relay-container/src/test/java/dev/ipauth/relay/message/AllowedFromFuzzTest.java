package dev.ipauth.relay.message;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.ipauth.tables.AllowedSender;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.InternetHeaders;
import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A user who may send as one address only: whatever the header is, what goes over is from that
 * address, also to readers that are more lenient than the relay.
 */
class AllowedFromFuzzTest {
  private static final String GOOD = "good@example.com";
  private static final List<AllowedSender> ONLY_GOOD = List.of(AllowedSender.parse(GOOD));

  /** What looks like an address wherever it stands, quoted text and comments left out. */
  private static final Pattern ADDRESS =
      Pattern.compile("[^\\s<>,;:\"()\\[\\]@]+\\s*@\\s*[^\\s<>,;:\"()\\[\\]@]+");

  private static final Pattern ROUTE = Pattern.compile("<\\s*@[^:]*:");

  @FuzzTest
  @DictionaryEntries({
    "From: ",
    "good@example.com",
    "evil@example.net",
    "<",
    ">",
    "\\x0d\\x0a ",
    "\\x0a",
    "(",
    ")",
    ":;",
    "\\\"",
    "=?utf-8?q?",
    "?=",
    "Team:",
    "@relay:",
    "FROM :",
    "\\\\",
    "[",
    "]",
    ",",
    "Sender: ",
    ".",
    "\\x0d\\x0a.From: ",
    "From x\\x0d\\x0a"
  })
  void nobodyElseCanBeReadInIt(byte[] header) throws MessagingException {
    var passage = new Passage(1 << 20, "printer", ONLY_GOOD);
    passage.take(header);
    passage.take("\r\n\r\nText\r\n.\r\n");
    if (passage.fault() == null) {
      var headers =
          new InternetHeaders(new ByteArrayInputStream(passage.read().getBytes(ISO_8859_1)), true);
      List<String> froms = froms(headers);
      froms.forEach(AllowedFromFuzzTest::asALibraryReadsIt);
      froms.forEach(AllowedFromFuzzTest::atFirstSight);
      noFieldIsHidden(passage, froms.size());
    }
  }

  /** Without what can name nobody: to the library, a line "From" with no colon is a field too. */
  private static List<String> froms(InternetHeaders headers) {
    String[] all = headers.getHeader("From");
    return all == null ? List.of() : Stream.of(all).filter(from -> from.contains("@")).toList();
  }

  private static void asALibraryReadsIt(String from) {
    try {
      for (InternetAddress address : InternetAddress.parseHeader(from, false)) {
        String plain = address.isGroup() ? "" : bare(address.getAddress());
        // Without a domain it is nobody's: what the library makes of a comment before the "@".
        assertTrue(
            !plain.contains("@") || plain.equalsIgnoreCase(GOOD), () -> plain + " in " + from);
      }
    } catch (AddressException _) {
      // It sees nobody at all.
    }
  }

  /** The library leaves in what doesn't change whose it is: route, quotes, comments, space. */
  private static String bare(String address) {
    String unquoted = address.replaceFirst("^@[^:]*:", "").replaceFirst("^\"([^\"\\\\]*)\"", "$1");
    return withoutQuotesAndComments(unquoted).replaceAll("\\s", "");
  }

  /** Whoever picks out what looks like an address. */
  private static void atFirstSight(String from) {
    String bare = ROUTE.matcher(withoutQuotesAndComments(from)).replaceAll("<");
    var address = ADDRESS.matcher(bare);
    while (address.find()) {
      String found = address.group().replaceAll("\\s", "");
      assertTrue(found.equalsIgnoreCase(GOOD), () -> found + " in " + from);
    }
  }

  private static String withoutQuotesAndComments(String from) {
    var bare = new StringBuilder();
    boolean quoted = false;
    int depth = 0;
    for (int i = 0; i < from.length(); i++) {
      char c = from.charAt(i);
      if (c == '\\' && (quoted || depth > 0)) {
        i++;
      } else if (c == '"' && depth == 0) {
        quoted = !quoted;
      } else if (c == '(' && !quoted) {
        depth++;
      } else if (c == ')' && !quoted && depth > 0) {
        depth--;
      } else if (!quoted && depth == 0) {
        bare.append(c);
      }
    }
    return bare.toString();
  }

  /** What any of the readers takes for a From was judged as one. */
  private static void noFieldIsHidden(Passage passage, int seen) {
    String out = passage.read();
    int blank = out.indexOf("\r\n\r\n");
    String header = blank < 0 ? out : out.substring(0, blank + 2);
    byte[] octets = header.getBytes(ISO_8859_1);
    long judged = Header.parse(octets, 0, octets.length).count("From");
    long plain = Pattern.compile("(?imd)^From[ \\t]*:").matcher(header).results().count();
    assertTrue(judged >= seen && judged >= plain, header);
  }
}
