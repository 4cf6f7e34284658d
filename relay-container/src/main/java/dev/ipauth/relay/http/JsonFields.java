package dev.ipauth.relay.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.ipauth.relay.smtp.Ascii;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** The strings and numbers of a JSON object, without what is nested in it. */
public final class JsonFields {
  private static final JsonFactory JSON = new JsonFactory();
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Zl}\\p{Zp}]+");
  private static final int LONGEST_WORDS = 400;

  private final Map<String, String> values;

  private JsonFields(Map<String, String> values) {
    this.values = Map.copyOf(values);
  }

  /** Reads them; none when it isn't an object, or isn't whole. */
  public static JsonFields read(byte[] json) {
    try (JsonParser parser = JSON.createParser(json)) {
      return new JsonFields(object(parser));
    } catch (IOException _) {
      return new JsonFields(Map.of());
    }
  }

  private static Map<String, String> object(JsonParser parser) throws IOException {
    var values = new HashMap<String, String>();
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      return values;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (value.isScalarValue() && value != JsonToken.VALUE_NULL) {
        values.put(name, parser.getText());
      } else {
        parser.skipChildren();
      }
    }
    return parser.currentToken() == JsonToken.END_OBJECT ? values : Map.of();
  }

  public boolean isEmpty() {
    return values.isEmpty();
  }

  public Optional<String> get(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /** As a person may be shown it, on one line and not too long; empty when there is none. */
  public String words(String name) {
    return words(name, text -> text);
  }

  /**
   * The same.
   *
   * @param shown makes of the whole text what may be shown of it
   */
  public String words(String name, UnaryOperator<String> shown) {
    String text = shown.apply(get(name).orElse(""));
    String line = Ascii.isPrintable(text) ? text : CONTROL.matcher(text).replaceAll(" ").strip();
    return line.length() <= LONGEST_WORDS ? line : line.substring(0, LONGEST_WORDS) + "…";
  }
}
