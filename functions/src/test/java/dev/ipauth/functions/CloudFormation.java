package dev.ipauth.functions;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** A template of the repository. {@code !Ref x} is read as a map of {@code Ref} to x. */
record CloudFormation(Map<String, Object> content) {
  static CloudFormation read(String path) throws IOException {
    return new CloudFormation(
        asMap(new Yaml(new Functions()).load(Files.readString(Path.of("..").resolve(path)))));
  }

  private static final class Functions extends SafeConstructor {
    Functions() {
      super(new LoaderOptions());
      yamlMultiConstructors.put(
          "!",
          new AbstractConstruct() {
            @Override
            public Object construct(Node node) {
              return Map.of(node.getTag().getValue().substring(1), argument(node));
            }
          });
    }

    private Object argument(Node node) {
      return switch (node) {
        case ScalarNode scalar -> scalar.getValue();
        case SequenceNode sequence -> constructSequence(sequence);
        case MappingNode mapping -> constructMapping(mapping);
        default -> throw new IllegalArgumentException("No argument: " + node);
      };
    }
  }

  /** What a path of keys leads to. */
  Object at(String... keys) {
    Object here = content;
    for (String key : keys) {
      here = Objects.requireNonNull(asMap(here).get(key), key);
    }
    return here;
  }

  Map<String, Object> map(String... keys) {
    return asMap(at(keys));
  }

  /** What a parameter is when nobody says anything; null when somebody must. */
  @Nullable String otherwise(String parameter) {
    Object value = map("Parameters", parameter).get("Default");
    return value == null ? null : value.toString();
  }

  /** Every statement of every policy, wherever it stands. */
  Stream<Map<String, Object>> statements() {
    return statements(content);
  }

  private static Stream<Map<String, Object>> statements(Object part) {
    if (part instanceof List<?> list) {
      return list.stream().flatMap(CloudFormation::statements);
    }
    if (!(part instanceof Map<?, ?>)) {
      return Stream.empty();
    }
    Map<String, Object> map = asMap(part);
    return map.containsKey("Action") && map.containsKey("Effect")
        ? Stream.of(map)
        : map.values().stream().flatMap(CloudFormation::statements);
  }

  /** A list, or what could have been a list of one. */
  static List<?> asList(@Nullable Object value) {
    return value instanceof List<?> list ? list : List.of(Objects.requireNonNull(value));
  }

  @SuppressWarnings("unchecked") // keys are texts in every template
  static Map<String, Object> asMap(@Nullable Object value) {
    return (Map<String, Object>) Objects.requireNonNull(value);
  }
}
