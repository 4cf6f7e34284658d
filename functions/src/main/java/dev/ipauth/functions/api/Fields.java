package dev.ipauth.functions.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.ipauth.functions.problem.Problem;
import dev.ipauth.functions.problem.Problem.Fault;
import dev.ipauth.functions.problem.ProblemType;
import dev.ipauth.functions.problem.Refusal;
import io.micronaut.jackson.core.tree.JsonNodeTreeCodec;
import io.micronaut.json.tree.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON object, each asked for by name and type. Nothing is converted: {@code
 * "true"} is no boolean. {@link #end} refuses the body for everything that was wrong with it at
 * once, fields that nobody asked for among them.
 */
final class Fields {
  private static final int LARGEST_BODY = 16 * 1024;
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(8).build())
          .build();

  private final Map<String, JsonNode> values;
  private final String path;
  private final List<Fault> faults;
  private final Set<String> asked = new HashSet<>();
  private final List<Fields> inner = new ArrayList<>();

  private Fields(JsonNode object, String path, List<Fault> faults) {
    this.values = new LinkedHashMap<>();
    object.entries().forEach(field -> values.put(field.getKey(), field.getValue()));
    this.path = path;
    this.faults = faults;
  }

  /**
   * @throws Refusal when the body is no JSON object, or too large
   */
  static Fields of(byte @Nullable [] body) {
    if (body == null) {
      throw missing();
    }
    if (body.length > LARGEST_BODY) {
      throw new Refusal(ProblemType.TOO_LARGE, "A body has at most 16 KiB.");
    }
    JsonNode root = parse(body);
    if (!root.isObject()) {
      throw notJson("The body is JSON, but not an object. Put it in { }.");
    }
    return new Fields(root, "", new ArrayList<>());
  }

  private static JsonNode parse(byte[] body) {
    try (JsonParser parser = JSON.createParser(body)) {
      if (parser.nextToken() == null) {
        throw missing();
      }
      JsonNode root = JsonNodeTreeCodec.getInstance().readTree(parser);
      if (parser.nextToken() != null) {
        throw notJson("The body goes on behind the JSON object.");
      }
      return root;
    } catch (JsonProcessingException e) {
      throw notJson(
          "The body is not JSON, or names a field twice: line %d, column %d."
              .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Refusal missing() {
    return notJson("A body is missing. Send a JSON object.");
  }

  private static Refusal notJson(String detail) {
    return new Refusal(ProblemType.INVALID_JSON, detail);
  }

  /** Whether it is there, be it null. */
  boolean has(String name) {
    return values.containsKey(name);
  }

  /** Null when it isn't there, or null. */
  @Nullable String text(String name) {
    JsonNode value = value(name);
    if (value == null) {
      return null;
    }
    if (!value.isString()) {
      fault(name, "Write it in quotes.");
      return null;
    }
    return value.getStringValue();
  }

  /** {@code null} is no answer to a question of yes or no. */
  @Nullable Boolean flag(String name) {
    asked.add(name);
    JsonNode value = values.get(name);
    if (value == null) {
      return null;
    }
    if (!value.isBoolean()) {
      fault(name, "It is true or false.");
      return null;
    }
    return value.getBooleanValue();
  }

  /** Empty when it isn't there. */
  List<String> texts(String name) {
    JsonNode value = value(name);
    if (value == null) {
      return List.of();
    }
    List<String> texts = value.isArray() ? textsOf(value) : null;
    if (texts == null) {
      fault(name, "It is a list of texts, such as [\"…\", \"…\"].");
      return List.of();
    }
    return texts;
  }

  private static @Nullable List<String> textsOf(JsonNode array) {
    List<String> texts = new ArrayList<>();
    for (JsonNode value : array.values()) {
      if (!value.isString()) {
        return null;
      }
      texts.add(value.getStringValue());
    }
    return texts;
  }

  /** Null when it isn't there, or null. */
  @Nullable Fields object(String name) {
    JsonNode value = value(name);
    if (value == null) {
      return null;
    }
    if (!value.isObject()) {
      fault(name, "It is an object, in { }.");
      return null;
    }
    Fields fields = new Fields(value, path + name + ".", faults);
    inner.add(fields);
    return fields;
  }

  /** As {@link #text}, and refused when it isn't there. */
  String requiredText(String name) {
    if (value(name) == null) {
      fault(name, "It is missing.");
    }
    return Objects.requireNonNullElse(text(name), "");
  }

  /** As {@link #texts}, and refused when it isn't there. */
  List<String> requiredTexts(String name) {
    if (value(name) == null) {
      fault(name, "It is missing. Write [] for none.");
    }
    return texts(name);
  }

  /**
   * To be called when everything has been asked for.
   *
   * @throws Refusal when anything was wrong
   */
  void end() {
    refuseUnasked();
    if (!faults.isEmpty()) {
      throw new Refusal(Problem.of(ProblemType.INVALID_JSON, List.copyOf(faults)));
    }
  }

  private void refuseUnasked() {
    inner.forEach(Fields::refuseUnasked);
    for (String name : values.keySet()) {
      if (!asked.contains(name)) {
        fault(name, "There is no such field here.");
      }
    }
  }

  private @Nullable JsonNode value(String name) {
    asked.add(name);
    JsonNode value = values.get(name);
    return value == null || value.isNull() ? null : value;
  }

  private void fault(String name, String detail) {
    faults.add(new Fault(path + name, detail));
  }
}
