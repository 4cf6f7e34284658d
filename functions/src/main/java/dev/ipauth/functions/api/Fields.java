package dev.ipauth.functions.api;

import dev.ipauth.functions.problem.Problem;
import dev.ipauth.functions.problem.Problem.Fault;
import dev.ipauth.functions.problem.ProblemType;
import dev.ipauth.functions.problem.Refusal;
import dev.ipauth.tables.AllowedSender;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.Network;
import dev.ipauth.tables.Username;
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
  private final Map<String, JsonNode> nodes;
  private final String path;
  private final List<Fault> faults;
  private final Values values;
  private final Set<String> asked = new HashSet<>();
  private final List<Fields> inner = new ArrayList<>();

  private Fields(JsonNode object, String path, List<Fault> faults, Values values) {
    this.nodes = new LinkedHashMap<>();
    object.entries().forEach(field -> nodes.put(field.getKey(), field.getValue()));
    this.path = path;
    this.faults = faults;
    this.values = values;
  }

  static Fields of(byte @Nullable [] body, Values values) {
    return new Fields(JsonBody.object(body), "", new ArrayList<>(), values);
  }

  /** Whether the body has this field, even as null. */
  boolean has(String name) {
    asked.add(name);
    return nodes.containsKey(name);
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
    JsonNode value = nodes.get(name);
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
    Fields fields = new Fields(value, path + name + ".", faults, values);
    inner.add(fields);
    return fields;
  }

  /** As {@link #text}, and refused when it isn't there. */
  public String requiredText(String name) {
    return Objects.requireNonNullElse(require(name).text(name), "");
  }

  /** Says that a list is missing, unless it is there. */
  Fields requireList(String name) {
    if (value(name) == null) {
      fault(name, "It is missing. Write [] for none.");
    }
    return this;
  }

  /** Null when it isn't there, null, or faulty. */
  @Nullable Username username(String name) {
    return value(name, values::username);
  }

  /** Null when it isn't there, null, or faulty. */
  @Nullable String description(String name) {
    return value(name, values::description);
  }

  /** Null when it isn't there, null, or faulty. */
  @Nullable String emailAddress(String name) {
    return value(name, values::emailAddress);
  }

  /** Any address; null when it isn't there, null, or faulty. */
  @Nullable IpAddress ipAddress(String name) {
    return value(name, values::ipAddress);
  }

  /** An address, or empty for the null sender; null when it isn't there, null, or faulty. */
  @Nullable String sender(String name) {
    return value(name, (field, text) -> text.isEmpty() ? text : values.emailAddress(field, text));
  }

  /** An address that may be nominated here; null when it isn't there, null, or faulty. */
  @Nullable IpAddress nominee(String name) {
    return value(name, values::nominee);
  }

  /**
   * As {@link #nominee}, of a body that can't do without; to be asked for last.
   *
   * @throws Refusal when it is missing or faulty, for all that was wrong until then
   */
  IpAddress requiredNominee(String name) {
    IpAddress ip = require(name).nominee(name);
    if (ip == null) {
      end();
      throw new IllegalStateException("A value that is missing or faulty is a fault");
    }
    return ip;
  }

  /** Empty when it isn't there. */
  List<Network> networks(String name) {
    return values.networks(path + name, texts(name));
  }

  /** Empty when it isn't there. */
  List<AllowedSender> senders(String name) {
    return values.senders(path + name, texts(name));
  }

  @FunctionalInterface
  private interface Reading<T> {
    @Nullable T read(String field, String text);
  }

  private <T> @Nullable T value(String name, Reading<T> reading) {
    String text = text(name);
    return text == null ? null : reading.read(path + name, text);
  }

  /** Says that a field is missing, unless it is there. */
  Fields require(String name) {
    if (value(name) == null) {
      fault(name, "It is missing.");
    }
    return this;
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
    values.end();
  }

  private void refuseUnasked() {
    inner.forEach(Fields::refuseUnasked);
    for (String name : nodes.keySet()) {
      if (!asked.contains(name)) {
        fault(name, "There is no such field here.");
      }
    }
  }

  private @Nullable JsonNode value(String name) {
    asked.add(name);
    JsonNode value = nodes.get(name);
    return value == null || value.isNull() ? null : value;
  }

  private void fault(String name, String detail) {
    faults.add(new Fault(path + name, detail));
  }
}
