package dev.ipauth.embedded.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.ipauth.embedded.values.RowJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingKnownType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/**
 * Requests and answers of the SDK as DynamoDB's JSON. Maps are written in the order of their keys,
 * so equal requests are equal bytes.
 */
public final class SdkJson {
  private static final JsonFactory JSON = new JsonFactory();

  private SdkJson() {}

  public static byte[] write(SdkPojo pojo) {
    var bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      writePojo(json, pojo);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static void writePojo(JsonGenerator json, SdkPojo pojo) throws IOException {
    if (pojo instanceof AttributeValue value) {
      RowJson.write(json, value);
      return;
    }
    json.writeStartObject();
    for (SdkField<?> field : pojo.sdkFields()) {
      writeField(json, pojo, field);
    }
    json.writeEndObject();
  }

  /** Writes a field with its name, unless it was never set. */
  static void writeField(JsonGenerator json, SdkPojo pojo, SdkField<?> field) throws IOException {
    Object value = field.getValueOrDefault(pojo);
    // What was never set is an empty list or map of the SDK's own.
    if (value != null && !isUnset(value)) {
      json.writeFieldName(field.locationName());
      writeValue(json, value);
    }
  }

  private static boolean isUnset(Object value) {
    return value instanceof SdkAutoConstructList || value instanceof SdkAutoConstructMap;
  }

  private static void writeValue(JsonGenerator json, @Nullable Object value) throws IOException {
    switch (value) {
      case null -> json.writeNull();
      case SdkPojo pojo -> writePojo(json, pojo);
      case String text -> json.writeString(text);
      case Boolean flag -> json.writeBoolean(flag);
      case Integer number -> json.writeNumber(number);
      case Long number -> json.writeNumber(number);
      case Double number -> json.writeNumber(number);
      case Instant time -> json.writeNumber(time.toEpochMilli() / 1000.0);
      case SdkBytes bytes -> json.writeBinary(bytes.asByteArrayUnsafe());
      case Collection<?> list -> {
        json.writeStartArray();
        for (Object entry : list) {
          writeValue(json, entry);
        }
        json.writeEndArray();
      }
      case Map<?, ?> map -> {
        json.writeStartObject();
        for (Map.Entry<?, ?> member : new TreeMap<>(map).entrySet()) {
          json.writeFieldName((String) member.getKey());
          writeValue(json, member.getValue());
        }
        json.writeEndObject();
      }
      default -> throw new IllegalArgumentException("Not of DynamoDB's: " + value.getClass());
    }
  }

  /**
   * Reads a request, or an answer, into its builder.
   *
   * @return the builder
   * @throws UncheckedIOException when it isn't JSON, or not of such a shape
   */
  public static <B extends SdkPojo> B read(byte[] written, B builder) {
    try (JsonParser json = JSON.createParser(written)) {
      json.nextToken();
      readInto(json, builder);
      return builder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void readInto(JsonParser json, SdkPojo builder) throws IOException {
    expect(json, JsonToken.START_OBJECT);
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      SdkField<?> field =
          builder.sdkFields().stream()
              .filter(known -> known.locationName().equals(name))
              .findFirst()
              .orElse(null);
      if (field == null) {
        json.skipChildren();
      } else {
        field.set(builder, readValue(json, field));
      }
    }
  }

  private static @Nullable Object readValue(JsonParser json, SdkField<?> field) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NULL) {
      return null;
    }
    MarshallingKnownType type = field.marshallingType().getKnownType();
    return switch (type) {
      case STRING -> text(json);
      case INTEGER -> json.getIntValue();
      case LONG -> json.getLongValue();
      case BOOLEAN -> json.getBooleanValue();
      case DOUBLE -> json.getDoubleValue();
      case INSTANT -> Instant.ofEpochMilli(Math.round(json.getDoubleValue() * 1000));
      case SDK_BYTES -> SdkBytes.fromByteArrayUnsafe(json.getBinaryValue());
      case SDK_POJO -> readPojo(json, field);
      case LIST -> readList(json, field.getRequiredTrait(ListTrait.class).memberFieldInfo());
      case MAP -> readMap(json, field.getRequiredTrait(MapTrait.class).valueFieldInfo());
      case NULL, SHORT, BYTE, FLOAT, BIG_DECIMAL, DOCUMENT ->
          throw new IOException("DynamoDB has none of these: " + type);
    };
  }

  private static String text(JsonParser json) throws IOException {
    expect(json, JsonToken.VALUE_STRING);
    return json.getText();
  }

  private static Object readPojo(JsonParser json, SdkField<?> field) throws IOException {
    SdkPojo builder = field.constructor().get();
    if (builder instanceof AttributeValue.Builder) {
      return RowJson.readValue(json);
    }
    readInto(json, builder);
    return ((SdkBuilder<?, ?>) builder).build();
  }

  private static List<@Nullable Object> readList(JsonParser json, SdkField<?> member)
      throws IOException {
    expect(json, JsonToken.START_ARRAY);
    List<@Nullable Object> list = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      list.add(readValue(json, member));
    }
    return list;
  }

  private static Map<String, @Nullable Object> readMap(JsonParser json, SdkField<?> member)
      throws IOException {
    expect(json, JsonToken.START_OBJECT);
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      map.put(name, readValue(json, member));
    }
    return map;
  }

  private static void expect(JsonParser json, JsonToken token) throws IOException {
    if (json.currentToken() != token) {
      throw new IOException(token + " was expected, not " + json.currentToken());
    }
  }
}
