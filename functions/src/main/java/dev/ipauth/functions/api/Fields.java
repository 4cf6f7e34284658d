package dev.ipauth.functions.api;

import dev.ipauth.functions.problem.Problem;
import dev.ipauth.functions.problem.Problem.Fault;
import dev.ipauth.functions.problem.ProblemType;
import dev.ipauth.functions.problem.Refusal;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.json.tree.JsonNode;
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
public final class Fields {
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
   * @param request that came with the body
   * @throws Refusal when the body is no JSON object, or too large
   */
  public static Fields of(HttpRequest<?> request, byte @Nullable [] body) {
    // To the framework, a type that it can't read is none, and none may be JSON.
    if (request.getHeaders().contains(HttpHeaders.CONTENT_TYPE)
        && request.getContentType().isEmpty()) {
      throw new Refusal(
          ProblemType.UNSUPPORTED_MEDIA_TYPE,
          "The Content-Type is none. Send the body as application/json.");
    }
    return new Fields(JsonBody.object(body), "", new ArrayList<>());
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
  public String requiredText(String name) {
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
  public void end() {
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
