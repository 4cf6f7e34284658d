package dev.ipauth.embedded.values;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Rows and values in DynamoDB's own JSON, such as {@code {"ip":{"S":"192.0.2.1"}}}. */
public final class RowJson {
  private static final JsonFactory JSON = new JsonFactory();

  private RowJson() {}

  public static byte[] write(Map<String, AttributeValue> row) {
    var bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      write(json, row);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads what was written.
   *
   * @throws UncheckedIOException when it isn't that
   */
  public static Map<String, AttributeValue> read(byte[] written) {
    try (JsonParser json = JSON.createParser(written)) {
      json.nextToken();
      return readRow(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(JsonGenerator json, Map<String, AttributeValue> row)
      throws IOException {
    json.writeStartObject();
    for (Map.Entry<String, AttributeValue> attribute : row.entrySet()) {
      json.writeFieldName(attribute.getKey());
      write(json, attribute.getValue());
    }
    json.writeEndObject();
  }

  public static void write(JsonGenerator json, AttributeValue value) throws IOException {
    json.writeStartObject();
    switch (value.type()) {
      case S -> json.writeStringField("S", value.s());
      case N -> json.writeStringField("N", value.n());
      case B -> json.writeBinaryField("B", value.b().asByteArrayUnsafe());
      case BOOL -> json.writeBooleanField("BOOL", value.bool());
      case NUL -> json.writeBooleanField("NULL", value.nul());
      case SS -> writeTexts(json, "SS", value.ss());
      case NS -> writeTexts(json, "NS", value.ns());
      case BS -> {
        json.writeArrayFieldStart("BS");
        for (SdkBytes bytes : value.bs()) {
          json.writeBinary(bytes.asByteArrayUnsafe());
        }
        json.writeEndArray();
      }
      case L -> {
        json.writeArrayFieldStart("L");
        for (AttributeValue entry : value.l()) {
          write(json, entry);
        }
        json.writeEndArray();
      }
      case M -> {
        json.writeFieldName("M");
        write(json, value.m());
      }
      case UNKNOWN_TO_SDK_VERSION -> {}
    }
    json.writeEndObject();
  }

  private static void writeTexts(JsonGenerator json, String type, List<String> texts)
      throws IOException {
    json.writeArrayFieldStart(type);
    for (String text : texts) {
      json.writeString(text);
    }
    json.writeEndArray();
  }

  private static Map<String, AttributeValue> readRow(JsonParser json) throws IOException {
    expect(json, JsonToken.START_OBJECT);
    Map<String, AttributeValue> row = new LinkedHashMap<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      row.put(name, readValue(json));
    }
    return row;
  }

  /** Reads a value whose first token is the parser's current one. */
  public static AttributeValue readValue(JsonParser json) throws IOException {
    expect(json, JsonToken.START_OBJECT);
    AttributeValue.Builder value = AttributeValue.builder();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String type = json.currentName();
      json.nextToken();
      switch (type) {
        case "S" -> value.s(json.getText());
        case "N" -> value.n(json.getText());
        case "B" -> value.b(SdkBytes.fromByteArrayUnsafe(json.getBinaryValue()));
        case "BOOL" -> value.bool(json.getBooleanValue());
        case "NULL" -> value.nul(json.getBooleanValue());
        case "SS" -> value.ss(readList(json, JsonParser::getText));
        case "NS" -> value.ns(readList(json, JsonParser::getText));
        case "BS" ->
            value.bs(readList(json, j -> SdkBytes.fromByteArrayUnsafe(j.getBinaryValue())));
        case "L" -> value.l(readList(json, RowJson::readValue));
        case "M" -> value.m(readRow(json));
        default -> json.skipChildren();
      }
    }
    return value.build();
  }

  private interface Reader<T> {
    T read(JsonParser json) throws IOException;
  }

  private static <T> List<T> readList(JsonParser json, Reader<T> reader) throws IOException {
    expect(json, JsonToken.START_ARRAY);
    List<T> list = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      list.add(reader.read(json));
    }
    return list;
  }

  private static void expect(JsonParser json, JsonToken token) throws IOException {
    if (json.currentToken() != token) {
      throw new IOException("Not a value of DynamoDB's: " + json.currentToken());
    }
  }
}
