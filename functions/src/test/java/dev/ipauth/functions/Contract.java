package dev.ipauth.functions;

import static java.util.Objects.requireNonNull;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.text.ParseException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.Yaml;

/**
 * The API's description, as a strict reader of OpenAPI 3.0.3 takes it, held against answers. What
 * stands beside a {@code $ref} counts for nothing, {@code nullable} counts only beside a {@code
 * type}, and a field that isn't described is a fault.
 */
final class Contract {
  /** Refusals that no operation lists, because they come before it is known which one is meant. */
  private static final Set<Integer> OF_NO_OPERATION = Set.of(404, 405, 408, 414, 421, 431);

  private final Map<String, Object> description;

  private Contract(Map<String, Object> description) {
    this.description = description;
  }

  /** As the compiler made it of the controllers. */
  static Contract compiled() {
    try (InputStream yaml = Contract.class.getResourceAsStream("/META-INF/swagger/openapi.yml")) {
      return new Contract(new Yaml().load(requireNonNull(yaml)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is wrong with an answer; empty when it fits. */
  List<String> faults(String method, String path, int status, String contentType, String body) {
    List<String> faults = new ArrayList<>();
    Map<String, Object> response = response(method, path, status);
    if (response == null) {
      if (!OF_NO_OPERATION.contains(status)) {
        faults.add("%s %s isn't said to answer %s".formatted(method, path, status));
      }
      return faults;
    }
    Object content = response.get("content");
    if (content == null) {
      if (!body.isEmpty()) {
        faults.add("there should be no body");
      }
      return faults;
    }
    Object media = map(content).get(contentType);
    if (media == null) {
      faults.add(contentType + " isn't described, only " + map(content).keySet());
    } else if (contentType.endsWith("json")) {
      check(map(map(media).get("schema")), parsed(body), "$", faults);
    }
    return faults;
  }

  private @Nullable Map<String, Object> response(String method, String path, int status) {
    String bare = path.replaceAll("\\?.*", "");
    for (Map.Entry<String, Object> template : map(description.get("paths")).entrySet()) {
      if (bare.matches(template.getKey().replaceAll("\\{[^}]*}", "[^/]+"))) {
        Object operation = map(template.getValue()).get(method.toLowerCase(Locale.ROOT));
        Object response =
            operation == null
                ? null
                : map(map(operation).get("responses")).get(Integer.toString(status));
        return response == null ? null : resolved(map(response));
      }
    }
    return null;
  }

  private void check(
      Map<String, Object> written, @Nullable Object value, String at, List<String> faults) {
    Map<String, Object> schema = resolved(written);
    for (Object one : list(schema.get("allOf"))) {
      check(map(one), value, at, faults);
    }
    if (value == null) {
      boolean typed = schema.get("type") != null;
      fault(
          typed ? !Boolean.TRUE.equals(schema.get("nullable")) : !schema.containsKey("allOf"),
          at + " is null",
          faults);
      return;
    }
    List<Object> any = list(schema.get("anyOf"));
    if (!any.isEmpty() && any.stream().noneMatch(one -> fits(map(one), value))) {
      faults.add(at + " fits none of " + any);
    }
    if (schema.get("enum") != null && !list(schema.get("enum")).contains(value)) {
      faults.add(at + " is none of " + schema.get("enum"));
    }
    switch (String.valueOf(schema.get("type"))) {
      case "object" -> object(schema, value, at, faults);
      case "array" -> array(schema, value, at, faults);
      case "string" -> string(schema, value, at, faults);
      case "integer" -> fault(!(value instanceof Long), at + " is no integer", faults);
      case "boolean" -> fault(!(value instanceof Boolean), at + " is no boolean", faults);
      default -> fault(!schema.containsKey("allOf"), at + " has no type", faults);
    }
  }

  private boolean fits(Map<String, Object> schema, Object value) {
    List<String> faults = new ArrayList<>();
    check(schema, value, "", faults);
    return faults.isEmpty();
  }

  private void object(Map<String, Object> schema, Object value, String at, List<String> faults) {
    if (!(value instanceof Map<?, ?>)) {
      faults.add(at + " is no object");
      return;
    }
    Map<String, Object> fields = map(value);
    for (Object name : list(schema.get("required"))) {
      fault(!fields.containsKey(String.valueOf(name)), at + " lacks " + name, faults);
    }
    Map<String, Object> properties =
        schema.get("properties") == null ? Map.of() : map(schema.get("properties"));
    boolean open =
        schema.get("additionalProperties") != null
            && !Boolean.FALSE.equals(schema.get("additionalProperties"));
    fields.forEach(
        (name, field) -> {
          Object property = properties.get(name);
          if (property != null) {
            check(map(property), field, at + "." + name, faults);
          } else {
            fault(!open, at + "." + name + " isn't described", faults);
          }
        });
  }

  private void array(Map<String, Object> schema, Object value, String at, List<String> faults) {
    if (!(value instanceof List<?> items)) {
      faults.add(at + " is no array");
      return;
    }
    fault(
        schema.get("maxItems") instanceof Integer most && items.size() > most,
        at + " is too long",
        faults);
    items.forEach(item -> check(map(schema.get("items")), item, at + "[]", faults));
  }

  private static void string(
      Map<String, Object> schema, Object value, String at, List<String> faults) {
    if (!(value instanceof String text)) {
      faults.add(at + " is no string");
      return;
    }
    int length = text.codePointCount(0, text.length());
    fault(
        schema.get("maxLength") instanceof Integer most && length > most,
        at + " is too long",
        faults);
    fault(
        schema.get("minLength") instanceof Integer least && length < least,
        at + " is too short",
        faults);
    fault(
        schema.get("pattern") instanceof String pattern
            && !Pattern.compile(pattern).matcher(text).find(),
        at + " doesn't match",
        faults);
    fault("date-time".equals(schema.get("format")) && !isTime(text), at + " is no time", faults);
  }

  private static boolean isTime(String text) {
    try {
      Instant.parse(text);
      return true;
    } catch (DateTimeException _) {
      return false;
    }
  }

  private static void fault(boolean is, String what, List<String> faults) {
    if (is) {
      faults.add(what);
    }
  }

  private Map<String, Object> resolved(Map<String, Object> written) {
    Map<String, Object> found = written;
    while (found.get("$ref") instanceof String reference) {
      Map<String, Object> at = description;
      for (String name : reference.substring(2).split("/", -1)) {
        at = map(requireNonNull(at.get(name), reference));
      }
      found = at;
    }
    return found;
  }

  private static Object parsed(String json) {
    try {
      return JSONObjectUtils.parse(json);
    } catch (ParseException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  private static List<Object> list(@Nullable Object value) {
    return value instanceof List<?> list ? List.copyOf(list) : List.of();
  }

  @SuppressWarnings("unchecked") // YAML's and JSON's objects are maps by name
  private static Map<String, Object> map(@Nullable Object value) {
    return (Map<String, Object>) requireNonNull(value);
  }
}
