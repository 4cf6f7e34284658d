package dev.ipauth.relay.operation;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.ipauth.relay.smtp.Access.AuthenticatedBy;
import dev.ipauth.relay.smtp.Access.Identity;
import dev.ipauth.relay.smtp.Event;
import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.tables.Username;
import java.io.IOException;
import java.time.Instant;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whatever octets come from outside, an event is one line, one JSON object, and its own fields. */
class EventLineFuzzTest {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private static final List<String> MESSAGE =
      List.of(
          "event",
          "at",
          "line",
          "id",
          "smtpUser",
          "accountId",
          "ip",
          "authenticatedBy",
          "helo",
          "tls",
          "mailFrom",
          "recipients",
          "bytes",
          "outcome",
          "reason",
          "reply",
          "millis");
  private static final List<String> REFUSED =
      List.of(
          "event",
          "at",
          "line",
          "reason",
          "what",
          "id",
          "smtpUser",
          "accountId",
          "authenticatedBy",
          "ip",
          "helo",
          "tls",
          "mailFrom",
          "recipients",
          "reply",
          "times");

  private static final LineNames.Stamp STAMP =
      new LineNames.Stamp(Instant.parse("2026-11-27T10:00:00Z"), "1a-0");

  private static final BitSet HARMFUL = new BitSet();

  static {
    HARMFUL.set(Character.CONTROL);
    HARMFUL.set(Character.FORMAT);
    HARMFUL.set(Character.SURROGATE);
    HARMFUL.set(Character.LINE_SEPARATOR);
    HARMFUL.set(Character.PARAGRAPH_SEPARATOR);
    HARMFUL.set(Character.PRIVATE_USE);
  }

  @FuzzTest
  void isOneLineOfItsOwnFields(byte[] octets) throws IOException {
    var charset = List.of(UTF_8, ISO_8859_1, UTF_16BE).get(octets.length % 3);
    String text = new String(octets, charset);
    var reply = new Reply(550, List.of(text, text));
    var reason = Event.Reason.SENDER_NOT_ALLOWED;
    var message =
        new Event.Message(
            text,
            text,
            text,
            Events.IP,
            AuthenticatedBy.PASSWORD,
            text,
            text,
            text,
            List.of(text, text),
            7,
            Event.Outcome.REFUSED,
            reason,
            reply,
            8);
    assertEquals(
        text, check(EventLine.of(STAMP, message), "message", MESSAGE, text).get("accountId"));
    var who = new Identity(new Username("scanner-2f"), text, AuthenticatedBy.IP);
    var refused =
        new Event.Refused(
            reason, Event.What.MAIL, text, who, Events.IP, text, text, text, List.of(text), reply);
    var fields = check(EventLine.of(STAMP, refused, 3), "refused", REFUSED, text);
    assertEquals("sender-not-allowed", fields.get("reason"));
    assertEquals("2026-11-27T10:00:00.000Z", fields.get("at"));
    assertEquals("3", fields.get("times"));
    assertEquals(text, fields.get("accountId"));
    var note =
        check(
            EventLine.of(STAMP, "note", Map.of("helo", text, "accountId", Optional.of(text))),
            "note",
            List.of("event", "at", "line", "accountId", "helo"),
            text);
    assertEquals(text, note.get("accountId"));
  }

  private static Map<String, String> check(
      byte[] octets, String event, List<String> names, String text) throws IOException {
    String line = new String(octets, UTF_8);
    assertEquals(line.length() - 1, line.indexOf('\n'), "one line");
    assertTrue(
        line.substring(0, line.length() - 1).codePoints().allMatch(EventLineFuzzTest::isHarmless));
    var fields = fields(octets);
    assertEquals(names, List.copyOf(fields.keySet()));
    assertEquals(event, fields.get("event"));
    String helo = fields.getOrDefault("helo", "");
    if (text.codePoints().allMatch(EventLineFuzzTest::isHarmless) && text.length() <= 1000) {
      assertEquals(text, helo, "what is harmless is told as it is");
    }
    assertTrue(helo.codePointCount(0, helo.length()) <= 1001);
    return fields;
  }

  /** What neither moves a cursor, nor hides, nor turns the order of letters round. */
  private static boolean isHarmless(int point) {
    return Character.isDefined(point) && !HARMFUL.get(Character.getType(point));
  }

  /** Each value as text; an array's joined. Fails at what is no single JSON object. */
  private static Map<String, String> fields(byte[] line) throws IOException {
    var fields = new LinkedHashMap<String, String>();
    try (JsonParser json = JSON.createParser(line)) {
      assertEquals(JsonToken.START_OBJECT, json.nextToken());
      for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
        var value = new StringBuilder();
        if (json.nextToken() == JsonToken.START_ARRAY) {
          while (json.nextToken() != JsonToken.END_ARRAY) {
            assertEquals(JsonToken.VALUE_STRING, json.currentToken());
            value.append(json.getText());
          }
        } else {
          assertTrue(json.currentToken().isScalarValue());
          value.append(json.getText());
        }
        fields.put(name, value.toString());
      }
      assertEquals(JsonToken.END_OBJECT, json.currentToken());
      assertFalse(json.nextToken() != null, "something follows the object");
    }
    return fields;
  }
}
