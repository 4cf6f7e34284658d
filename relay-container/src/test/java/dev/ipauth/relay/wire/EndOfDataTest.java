package dev.ipauth.relay.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * SMTP smuggling: a dot between whatever somewhere passes for line ends, at the start, in the
 * middle and at the end of a text, cut in two at every octet. Only CRLF, dot, CRLF ends it, and the
 * next hop never sees a CR, an LF or a NUL on its own.
 */
class EndOfDataTest {
  private static final Map<String, String> LINE_ENDS = lineEnds();
  private static final Map<String, String> PLACES =
      Map.of("start", "", "middle", "Subject: a scan\r\n\r\nText", "end", "\r\nText\r\nmore");
  private static final String SECOND =
      "MAIL FROM:<evil@example.org>\r\nRCPT TO:<c@example.net>\r\nDATA\r\nSmuggled";

  private static Map<String, String> lineEnds() {
    var ends = new LinkedHashMap<String, String>();
    ends.put("nothing", "");
    ends.put("LF", "\n");
    ends.put("CR", "\r");
    ends.put("CRLF", "\r\n");
    ends.put("LFCR", "\n\r");
    ends.put("CRCRLF", "\r\r\n");
    ends.put("CRLF NUL", "\r\n\0");
    ends.put("NUL CRLF", "\0\r\n");
    ends.put("VT", "\u000b");
    ends.put("FF", "\f");
    ends.put("0x85", "\u0085");
    return ends;
  }

  @ParameterizedTest
  @EnumSource(
      value = Port.Kind.class,
      names = {"PLAIN", "TLS"})
  void onlyOneShapeEndsAText(Port.Kind kind) throws Exception {
    int texts = 0;
    try (var nextHop = new AcceptingNextHop();
        var relay =
            new RelayUnderTest(
                Given.of(List.of("the device's address is nominated")), nextHop.port())) {
      int port = relay.listen(kind);
      for (var place : PLACES.entrySet()) {
        for (var before : LINE_ENDS.entrySet()) {
          for (var after : LINE_ENDS.entrySet()) {
            String shape = before.getValue() + "." + after.getValue();
            String rest = place.getKey().equals("end") ? "" : SECOND;
            if (!isTheEnd(place.getValue() + shape + rest)) {
              String name = place.getKey() + ", " + before.getKey() + " . " + after.getKey();
              texts += cutEverywhere(port, kind, nextHop, place.getValue(), shape, rest, name);
            }
          }
        }
      }
    }
    assertTrue(texts > 1000, "only " + texts);
    System.out.println(texts + " texts over " + kind);
  }

  /** RFC 5321 section 4.1.1.4; the CRLF behind DATA begins the first line. */
  private static boolean isTheEnd(String text) {
    return ("\r\n" + text + "\r\n").contains("\r\n.\r\n");
  }

  private static int cutEverywhere(
      int port,
      Port.Kind kind,
      AcceptingNextHop nextHop,
      String before,
      String shape,
      String rest,
      String name)
      throws Exception {
    try (var device = Device.at(port)) {
      if (kind == Port.Kind.TLS) {
        device.beginTls();
      }
      device.reply();
      device.asks("HELO printer");
      for (int cut = 0; cut <= shape.length(); cut++) {
        device.asks("MAIL FROM:<a@example.com>");
        device.asks("RCPT TO:<b@example.net>");
        device.asks("DATA");
        device.send(before + shape.substring(0, cut));
        device.send(shape.substring(cut) + rest);
        device.send("\r\n.\r\n");
        assertEquals("250 taken", device.reply(), name);
        String message = nextHop.message();
        assertFalse(message.contains("alone"), () -> name + ": " + message);
        assertTrue(message.contains(rest.replace("\r\n", "\n")), () -> name + ": " + message);
        assertEquals(0, nextHop.others(), name);
      }
      device.says("QUIT");
      device.hears("221 2.0.0 Bye");
      device.hearsTheEnd();
    }
    return shape.length() + 1;
  }
}
