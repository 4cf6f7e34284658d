package dev.ipauth.tables;

import static java.util.Objects.requireNonNull;

import java.io.InputStream;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.AbstractConstruct;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;

/**
 * The tables of {@code infra/tables/tables.yaml}, for a DynamoDB that CloudFormation doesn't make
 * them in. Whoever uses it brings SnakeYAML; functions and relay don't.
 */
public final class TablesTemplate {
  /**
   * A table.
   *
   * @param expiry the attribute with the time after which a row is deleted; null for none
   */
  public record Table(CreateTableRequest request, @Nullable String expiry) {}

  private final String prefix;
  private final Map<String, Object> template;

  /**
   * @param prefix put before each name, as the template's {@code Prefix}
   */
  public TablesTemplate(String prefix) {
    this.prefix = prefix;
    InputStream file = requireNonNull(Schemas.class.getResourceAsStream("tables.yaml"));
    this.template = new Yaml(new Intrinsics()).load(file);
  }

  /** Reads {@code !Sub x} and its like as the text x; nothing but a table's name needs more. */
  private static final class Intrinsics extends SafeConstructor {
    Intrinsics() {
      super(new LoaderOptions());
      yamlMultiConstructors.put(
          "!",
          new AbstractConstruct() {
            @Override
            public Object construct(Node node) {
              return node instanceof ScalarNode scalar ? scalar.getValue() : node.toString();
            }
          });
    }
  }

  /** Makes every table that isn't there yet. */
  public void createIn(DynamoDbClient client) {
    for (Table table : tables()) {
      try {
        client.createTable(table.request());
      } catch (ResourceInUseException _) {
        // It was there already: the data folder is from an earlier start.
      }
      if (table.expiry() != null) {
        expire(client, table.request().tableName(), table.expiry());
      }
    }
  }

  /** Enabling it twice is an error, and an earlier start may have stopped before it did. */
  private static void expire(DynamoDbClient client, String name, String expiry) {
    var now = client.describeTimeToLive(r -> r.tableName(name)).timeToLiveDescription();
    if (now.timeToLiveStatus() == TimeToLiveStatus.DISABLED) {
      client.updateTimeToLive(
          r ->
              r.tableName(name)
                  .timeToLiveSpecification(s -> s.attributeName(expiry).enabled(true)));
    }
  }

  /** All of them, as {@code CreateTable} has them. */
  public List<Table> tables() {
    return map(template, "Resources").values().stream()
        .map(TablesTemplate::asMap)
        .filter(resource -> "AWS::DynamoDB::Table".equals(resource.get("Type")))
        .map(resource -> map(resource, "Properties"))
        .map(table -> new Table(request(table), expiry(table)))
        .toList();
  }

  private static @Nullable String expiry(Map<String, Object> table) {
    return table.containsKey("TimeToLiveSpecification")
        ? text(map(table, "TimeToLiveSpecification"), "AttributeName")
        : null;
  }

  private String name(Map<String, Object> table) {
    return text(table, "TableName").replace("${Prefix}", prefix);
  }

  private CreateTableRequest request(Map<String, Object> table) {
    var indexes = list(table, "GlobalSecondaryIndexes").stream().map(this::index).toList();
    return CreateTableRequest.builder()
        .tableName(name(table))
        .billingMode(BillingMode.PAY_PER_REQUEST)
        .attributeDefinitions(
            list(table, "AttributeDefinitions").stream()
                .map(
                    a ->
                        AttributeDefinition.builder()
                            .attributeName(text(a, "AttributeName"))
                            .attributeType(text(a, "AttributeType"))
                            .build())
                .toList())
        .keySchema(keys(table))
        .globalSecondaryIndexes(indexes.isEmpty() ? null : indexes)
        .build();
  }

  private GlobalSecondaryIndex index(Map<String, Object> index) {
    return GlobalSecondaryIndex.builder()
        .indexName(text(index, "IndexName"))
        .keySchema(keys(index))
        .projection(projection(map(index, "Projection")))
        .build();
  }

  private static Projection projection(Map<String, Object> projection) {
    var included = projection.get("NonKeyAttributes") instanceof List<?> names ? names : List.of();
    return Projection.builder()
        .projectionType(text(projection, "ProjectionType"))
        .nonKeyAttributes(
            included.isEmpty() ? null : included.stream().map(Object::toString).toList())
        .build();
  }

  private static List<KeySchemaElement> keys(Map<String, Object> of) {
    return list(of, "KeySchema").stream()
        .map(
            key ->
                KeySchemaElement.builder()
                    .attributeName(text(key, "AttributeName"))
                    .keyType(text(key, "KeyType"))
                    .build())
        .toList();
  }

  private static Map<String, Object> map(Map<String, Object> of, String key) {
    return asMap(requireNonNull(of.get(key), key));
  }

  private static List<Map<String, Object>> list(Map<String, Object> of, String key) {
    return of.get(key) instanceof List<?> list
        ? list.stream().map(TablesTemplate::asMap).toList()
        : List.of();
  }

  private static String text(Map<String, Object> of, String key) {
    return requireNonNull(of.get(key), key).toString();
  }

  @SuppressWarnings("unchecked") // YAML's maps have texts as keys in this file
  private static Map<String, Object> asMap(Object value) {
    return (Map<String, Object>) value;
  }
}
