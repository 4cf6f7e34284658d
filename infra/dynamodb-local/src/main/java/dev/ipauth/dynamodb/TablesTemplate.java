package dev.ipauth.dynamodb;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
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

/**
 * {@code infra/tables/tables.yaml}, the CloudFormation template that is deployed, read as far as
 * DynamoDB Local needs it.
 */
final class TablesTemplate {
  private static final String RESOURCE = "/dev/ipauth/tables/tables.yaml";
  private static final String TABLE = "AWS::DynamoDB::Table";

  private TablesTemplate() {}

  static List<Table> read(String prefix) {
    try (InputStream yaml = TablesTemplate.class.getResourceAsStream(RESOURCE)) {
      Map<String, Object> template =
          new Yaml(new CloudFormation()).load(requireNonNull(yaml, RESOURCE));
      return children(template, "Resources")
          .filter(resource -> TABLE.equals(resource.get("Type")))
          .map(resource -> Table.of(child(resource, "Properties"), prefix))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @SuppressWarnings("unchecked") // YAML's mappings have text for keys in every template.
  static Map<String, Object> child(Map<String, Object> parent, String name) {
    return (Map<String, Object>) requireNonNull(parent.get(name), name);
  }

  private static Stream<Map<String, Object>> children(Map<String, Object> parent, String name) {
    Map<String, Object> named = child(parent, name);
    return named.keySet().stream().map(key -> child(named, key));
  }

  /** Plain data only, where an intrinsic such as {@code !Sub "…"} is what it is applied to. */
  private static final class CloudFormation extends SafeConstructor {
    CloudFormation() {
      super(new LoaderOptions());
      yamlMultiConstructors.put("!", new Intrinsic());
    }

    private final class Intrinsic extends AbstractConstruct {
      @Override
      public @Nullable Object construct(Node node) {
        return switch (node) {
          case ScalarNode scalar -> constructScalar(scalar);
          case SequenceNode sequence -> constructSequence(sequence);
          case MappingNode mapping -> constructMapping(mapping);
          default -> throw new IllegalArgumentException("Not CloudFormation: " + node);
        };
      }
    }
  }
}
