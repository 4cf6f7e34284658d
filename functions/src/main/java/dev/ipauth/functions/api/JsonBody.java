package dev.ipauth.functions.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import dev.ipauth.functions.problem.ProblemType;
import dev.ipauth.functions.problem.Refusal;
import io.micronaut.jackson.core.tree.JsonNodeTreeCodec;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/** Between the octets of a body and the JSON object in them. */
final class JsonBody {
  private static final int LARGEST = 16 * 1024;
  private static final int DEEPEST = 8;
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
          .build();

  private JsonBody() {}

  /**
   * @throws Refusal when it is no JSON object, or too large
   */
  static JsonNode object(byte @Nullable [] body) {
    if (body == null) {
      throw missing();
    }
    if (body.length > LARGEST) {
      throw new Refusal(ProblemType.TOO_LARGE, "A body has at most 16 KiB.");
    }
    JsonNode root = parse(text(body));
    if (!root.isObject()) {
      throw refused("The body is JSON, but not an object. Put it in { }.");
    }
    return root;
  }

  // The parser itself would guess at UTF-16 and UTF-32, and take overlong UTF-8.
  private static String text(byte[] body) {
    try {
      String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
      // RFC 8259 section 8.1: who sends a byte order mark is wrong, and may be forgiven.
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException _) {
      throw refused("The body is not UTF-8, which JSON is written in.");
    }
  }

  private static JsonNode parse(String text) {
    try (JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() == null) {
        throw missing();
      }
      JsonNode root = JsonNodeTreeCodec.getInstance().readTree(parser);
      if (parser.nextToken() != null) {
        throw refused("The body goes on behind the JSON object.");
      }
      return root;
    } catch (StreamConstraintsException _) {
      throw refused(
          "The body goes deeper than %s levels, or has a number of too many digits."
              .formatted(DEEPEST));
    } catch (JsonProcessingException e) {
      throw refused(
          "The body is not JSON, or names a field twice: line %s, column %s."
              .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Refusal missing() {
    return refused("A body is missing. Send a JSON object.");
  }

  private static Refusal refused(String detail) {
    return new Refusal(ProblemType.INVALID_JSON, detail);
  }
}
