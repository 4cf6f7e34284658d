package dev.ipauth.relay.ses;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.ipauth.relay.queue.HeldText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.StringWriter;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The body of one request to send a raw message. It can be opened any number of times, and is never
 * whole in memory.
 *
 * @param text as SMTP has it, with stuffed dots and without the final one
 */
record SendEmail(
    String from,
    List<String> to,
    List<MessageTag> tags,
    @Nullable String configurationSet,
    HeldText text) {
  private static final JsonFactory JSON = new JsonFactory();

  /** Where the text stands; nothing that JSON writes looks like it. */
  private static final String TEXT = "\u0001";

  SendEmail {
    to = List.copyOf(to);
    tags = List.copyOf(tags);
  }

  /** Opens it from the start. */
  InputStream open() throws IOException {
    String[] around = json().split("\\\\u0001", 2);
    return new SequenceInputStream(
        Collections.enumeration(
            List.of(
                octets(around[0]), new Base64Text(new Unstuffed(text.open())), octets(around[1]))));
  }

  private static InputStream octets(String text) {
    return new ByteArrayInputStream(text.getBytes(UTF_8));
  }

  private String json() throws IOException {
    var written = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(written)) {
      json.writeStartObject();
      json.writeStringField("FromEmailAddress", from);
      json.writeObjectFieldStart("Destination");
      json.writeArrayFieldStart("ToAddresses");
      for (String address : to) {
        json.writeString(address);
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeObjectFieldStart("Content");
      json.writeObjectFieldStart("Raw");
      json.writeStringField("Data", TEXT);
      json.writeEndObject();
      json.writeEndObject();
      writeTags(json);
      if (configurationSet != null) {
        json.writeStringField("ConfigurationSetName", configurationSet);
      }
      json.writeEndObject();
    }
    return written.toString();
  }

  private void writeTags(JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("EmailTags");
    for (MessageTag tag : tags) {
      json.writeStartObject();
      json.writeStringField("Name", tag.name());
      json.writeStringField("Value", tag.escaped());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
