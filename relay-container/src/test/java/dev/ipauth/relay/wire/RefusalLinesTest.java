package dev.ipauth.relay.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.ipauth.relay.limits.Rates;
import dev.ipauth.relay.operation.EventLog;
import dev.ipauth.relay.operation.Metrics;
import dev.ipauth.relay.smtp.Event;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/**
 * The line that each refusal leaves on standard output, from a device's words over a real
 * connection to the octets; and that a device can put no field or line of its own into it.
 */
class RefusalLinesTest {
  /** A loop is seen in a text only, by a transcript; the others in tests of their own. */
  private static final Set<Event.Reason> ELSEWHERE =
      EnumSet.of(
          Event.Reason.LOOP,
          Event.Reason.SENDER_CHANGED,
          Event.Reason.NO_ROOM,
          Event.Reason.IDLE,
          Event.Reason.AUTH_TOO_LONG,
          Event.Reason.SESSION_TOO_LONG,
          Event.Reason.NO_MAIL,
          Event.Reason.INPUT_FULL,
          Event.Reason.TLS,
          Event.Reason.PROXY,
          Event.Reason.CONNECTION_LOST,
          Event.Reason.IP_RESTRICTED,
          Event.Reason.NO_RECIPIENT);

  private static final Set<String> IN_A_TRANSACTION = Set.of("too-many-recipients", "next-hop");

  /** Where no next hop listens. */
  private static final int PORT_OF_NOBODY = 1;

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** Would end the text, the object and the line, were it written as it is. */
  private static final String HELO = "x\",\"reason\":\"none\"}\u001b[2K\\n{\u0085\u202e";

  private static final String HARMLESS_HELO = "x\",\"reason\":\"none\"}?[2K\\n{??";

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(resources = "refusals.csv", delimiter = '|', numLinesToSkip = 1)
  void aRefusalLeavesOneLine(
      String reason,
      @Nullable String given,
      String said,
      String sender,
      String code,
      @Nullable String whose)
      throws Exception {
    var line = fields(refusal(given, said.translateEscapes()));
    assertEquals("refused", line.get("event"));
    assertEquals(reason, line.get("reason"));
    assertEquals(HARMLESS_HELO, line.get("helo"));
    assertEquals("127.0.0.1", line.get("ip"));
    assertNull(line.get("tls"));
    assertEquals(sender, String.valueOf(line.get("mailFrom")).replace("null", "none"));
    assertEquals(whose, line.get("smtpUser"));
    assertEquals(whose == null ? null : "acme", line.get("accountId"));
    assertEquals(IN_A_TRANSACTION.contains(reason) ? "id1" : null, line.get("id"));
    assertTrue(String.valueOf(line.get("reply")).startsWith(code + " "), line::toString);
    assertEquals(
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
            "times"),
        List.copyOf(line.keySet()));
  }

  @Test
  void everyReasonIsInTheTable() throws IOException {
    try (var table = RefusalLinesTest.class.getResourceAsStream("refusals.csv")) {
      var written =
          new String(table.readAllBytes(), UTF_8)
              .lines()
              .skip(1)
              .map(line -> line.substring(0, line.indexOf(' ')))
              .collect(Collectors.toCollection(TreeSet::new));
      var known =
          Stream.of(Event.Reason.values())
              .filter(reason -> !ELSEWHERE.contains(reason))
              .map(reason -> reason.name().toLowerCase(Locale.ROOT).replace('_', '-'))
              .collect(Collectors.toCollection(TreeSet::new));
      assertEquals(known, written);
    }
  }

  /** What goes to standard output when a device says this. */
  private static byte[] refusal(@Nullable String given, String said) throws Exception {
    var out = new ByteArrayOutputStream();
    try (var relay = new RelayUnderTest(given(given), PORT_OF_NOBODY)) {
      relay.rates = new Rates(0, 0, 0, 1, 0, 0, Duration.ofMinutes(1));
      try (var device = Device.at(relay.listen(Port.Kind.STARTTLS))) {
        device.reply();
        device.asks("EHLO " + new String(HELO.getBytes(UTF_8), ISO_8859_1));
        for (String command : said.split("\n", -1)) {
          device.asks(command);
        }
        device.vanishes();
      }
      try (var log = new EventLog(out, new Metrics())) {
        log.record(relay.event());
        while (out.size() == 0) {
          Thread.sleep(5);
        }
      }
      relay.allHaveLeft();
      assertEquals(
          List.of(),
          relay.events().stream().filter(event -> !isOfTheWhole(event)).toList(),
          "that it leaves is no second refusal");
    }
    return out.toByteArray();
  }

  /** A transaction that no recipient was accepted for is told of as a whole. */
  private static boolean isOfTheWhole(Event event) {
    return event instanceof Event.Refused refused && refused.reason() == Event.Reason.NO_RECIPIENT;
  }

  private static Given given(@Nullable String sentence) {
    var nominated = "the device's address is nominated";
    var sentences = Stream.ofNullable(sentence).flatMap(given -> Stream.of(given.split("\\\\n")));
    return Given.of(Stream.concat(Stream.of(nominated), sentences).toList());
  }

  private static Map<String, @Nullable String> fields(byte[] octets) throws IOException {
    String line = new String(octets, UTF_8);
    assertEquals(line.length() - 1, line.indexOf('\n'), line);
    assertTrue(line.strip().chars().noneMatch(Character::isISOControl), line);
    var fields = new LinkedHashMap<String, @Nullable String>();
    try (JsonParser json = JSON.createParser(octets)) {
      assertEquals(JsonToken.START_OBJECT, json.nextToken());
      for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
        json.nextToken();
        fields.put(name, json.currentToken() == JsonToken.VALUE_NULL ? null : json.getText());
        json.skipChildren();
      }
      assertNull(json.nextToken());
    }
    return fields;
  }
}
