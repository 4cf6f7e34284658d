package dev.ipauth.relay.operation;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.ipauth.relay.smtp.Access.Identity;
import dev.ipauth.relay.smtp.Ascii;
import dev.ipauth.relay.smtp.Event;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An event as one line of JSON, its end included. The fields are the contract's. */
final class EventLine {
  private static final JsonFactory JSON = new JsonFactory();

  // An instant's own text leaves out the milliseconds when they are none.
  private static final DateTimeFormatter AT =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  /**
   * Told as they are, with escapes for all that isn't harmless: the message log compares them, and
   * two accounts mustn't become one.
   */
  private static final Set<String> COMPARED = Set.of("accountId", "attemptedAccountId");

  private static final int HIGHEST_PRINTABLE = '~';
  private static final int NO_LIMIT = 0;
  private static final long OBJECTS = 500;
  private static final long TEXT = 60;

  private final JsonGenerator json;

  private EventLine(JsonGenerator json) {
    this.json = json;
  }

  private interface Fields {
    void writeTo(EventLine line) throws IOException;
  }

  static byte[] of(LineNames.Stamp stamp, Event.Message message) {
    return line(stamp, "message", line -> line.message(message));
  }

  /**
   * A refusal.
   *
   * @param times how many it stands for
   */
  static byte[] of(LineNames.Stamp stamp, Event.Refused refused, long times) {
    return line(stamp, "refused", line -> line.refused(refused, times));
  }

  /** Something about the relay itself. */
  static byte[] of(LineNames.Stamp stamp, String event, Map<String, ?> fields) {
    return line(stamp, event, line -> line.values(fields));
  }

  /** Memory that an event takes while it waits, about. */
  static long octets(Event event) {
    return OBJECTS
        + switch (event) {
          case Event.Message message ->
              length(message.helo())
                  + length(message.mailFrom())
                  + octets(message.recipients())
                  + octets(message.reply().lines());
          case Event.Refused refused ->
              length(refused.helo())
                  + length(refused.mailFrom())
                  + octets(refused.recipients())
                  + octets(refused.reply().lines());
        };
  }

  /** Memory that a note's fields take while they wait, about. */
  static long octets(Map<String, ?> fields) {
    return OBJECTS + fields.values().stream().mapToLong(value -> length(value.toString())).sum();
  }

  private static long octets(List<String> texts) {
    return texts.stream().mapToLong(text -> TEXT + length(text)).sum();
  }

  private static long length(@Nullable String text) {
    if (text == null) {
      return 0;
    }
    return Ascii.is(text) ? text.length() : (long) text.length() * Character.BYTES;
  }

  private static byte[] line(LineNames.Stamp stamp, String event, Fields fields) {
    var octets = new ByteArrayOutputStream(512);
    try (JsonGenerator json = JSON.createGenerator(octets)) {
      var line = new EventLine(json);
      json.writeStartObject();
      line.text("event", event);
      line.text("at", AT.format(stamp.at()));
      line.text("line", stamp.line());
      fields.writeTo(line);
      json.writeEndObject();
      json.writeRaw('\n');
    } catch (IOException e) {
      throw new UncheckedIOException("Memory can always be written to", e);
    }
    return octets.toByteArray();
  }

  private void message(Event.Message message) throws IOException {
    text("id", message.id());
    text("smtpUser", message.smtpUser());
    text("accountId", message.accountId());
    text("ip", message.ip().toString());
    text("authenticatedBy", word(message.authenticatedBy()));
    text("helo", message.helo());
    text("tls", message.tls());
    text("mailFrom", message.mailFrom());
    texts("recipients", message.recipients());
    json.writeNumberField("bytes", message.bytes());
    text("outcome", word(message.outcome()));
    text("reason", message.reason() == null ? null : word(message.reason()));
    text("reply", message.reply().toString());
    json.writeNumberField("millis", message.millis());
  }

  private void refused(Event.Refused refused, long times) throws IOException {
    text("reason", word(refused.reason()));
    text("what", word(refused.what()));
    text("id", refused.id());
    who(refused.who());
    text("ip", refused.ip().toString());
    text("helo", refused.helo());
    text("tls", refused.tls());
    text("mailFrom", refused.mailFrom());
    texts("recipients", refused.recipients());
    text("reply", refused.reply().toString());
    json.writeNumberField("times", times);
  }

  /** A name that came with a wrong password is nobody's whom the relay has identified. */
  private void who(@Nullable Identity who) throws IOException {
    Identity known = who != null && who.isKnown() ? who : null;
    Identity attempted = who == null || who.isKnown() ? null : who;
    text("smtpUser", known == null ? null : known.username().text());
    text("accountId", known == null ? null : known.accountId());
    text("authenticatedBy", known == null || known.by() == null ? null : word(known.by()));
    if (attempted != null) {
      text("attemptedUser", attempted.username().text());
      text("attemptedAccountId", attempted.accountId());
    }
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private void text(String name, @Nullable String value) throws IOException {
    json.writeFieldName(name);
    if (value == null) {
      json.writeNull();
    } else if (COMPARED.contains(name)) {
      json.setHighestNonEscapedChar(HIGHEST_PRINTABLE);
      json.writeString(value);
      json.setHighestNonEscapedChar(NO_LIMIT);
    } else {
      json.writeString(HarmlessText.of(value));
    }
  }

  private void texts(String name, List<String> values) throws IOException {
    json.writeArrayFieldStart(name);
    for (String value : values) {
      json.writeString(HarmlessText.of(value));
    }
    json.writeEndArray();
  }

  private void values(Map<String, ?> fields) throws IOException {
    for (var field : new TreeMap<>(fields).entrySet()) {
      value(field.getKey(), field.getValue());
    }
  }

  private void value(String name, Object value) throws IOException {
    switch (value) {
      case Number number -> json.writeNumberField(name, number.longValue());
      case Boolean flag -> json.writeBooleanField(name, flag);
      case Instant time -> text(name, AT.format(time));
      case Optional<?> there -> text(name, there.map(Object::toString).orElse(null));
      case List<?> all -> texts(name, all.stream().map(Object::toString).toList());
      default -> text(name, value.toString());
    }
  }
}
