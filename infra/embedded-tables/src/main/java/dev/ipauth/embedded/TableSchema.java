package dev.ipauth.embedded;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;

/**
 * A table's keys and indexes.
 *
 * @param definition as it was asked for
 * @param expiry the attribute that says when a row expires, in seconds since 1970; null for none
 */
record TableSchema(
    CreateTableRequest definition, Keys keys, List<Index> indexes, @Nullable String expiry) {

  /**
   * An attribute of a key.
   *
   * @param type {@code S}, {@code N} or {@code B}
   */
  record KeyAttribute(String name, String type) {}

  record Keys(KeyAttribute partition, @Nullable KeyAttribute sort) {
    List<KeyAttribute> attributes() {
      return sort == null ? List.of(partition) : List.of(partition, sort);
    }

    boolean has(String attribute) {
      return attributes().stream().anyMatch(key -> key.name().equals(attribute));
    }

    @Nullable String sortName() {
      return sort == null ? null : sort.name();
    }
  }

  /**
   * A global secondary index.
   *
   * @param projected the attributes that are in it; null for all
   */
  record Index(String name, Keys keys, @Nullable Set<String> projected) {}

  static TableSchema of(CreateTableRequest definition, @Nullable String expiry) {
    Map<String, String> types =
        definition.attributeDefinitions().stream()
            .collect(
                Collectors.toMap(
                    AttributeDefinition::attributeName,
                    AttributeDefinition::attributeTypeAsString));
    Keys keys = keys(definition.keySchema(), types);
    List<Index> indexes =
        definition.globalSecondaryIndexes().stream().map(i -> index(i, keys, types)).toList();
    return new TableSchema(definition, keys, indexes, expiry);
  }

  private static Keys keys(List<KeySchemaElement> schema, Map<String, String> types) {
    List<KeyAttribute> sorts = new ArrayList<>();
    List<KeyAttribute> partitions = new ArrayList<>();
    for (KeySchemaElement element : schema) {
      String name = element.attributeName();
      var attribute = new KeyAttribute(name, types.getOrDefault(name, ""));
      (element.keyType() == KeyType.HASH ? partitions : sorts).add(attribute);
    }
    return new Keys(partitions.getFirst(), sorts.isEmpty() ? null : sorts.getFirst());
  }

  private static Index index(GlobalSecondaryIndex index, Keys table, Map<String, String> types) {
    Keys keys = keys(index.keySchema(), types);
    return new Index(index.indexName(), keys, projected(index.projection(), keys, table));
  }

  private static @Nullable Set<String> projected(Projection projection, Keys keys, Keys table) {
    if (projection.projectionType() == ProjectionType.ALL) {
      return null;
    }
    List<String> names = new ArrayList<>(projection.nonKeyAttributes());
    keys.attributes().forEach(key -> names.add(key.name()));
    table.attributes().forEach(key -> names.add(key.name()));
    return Set.copyOf(names);
  }

  String name() {
    return definition.tableName();
  }

  TableSchema expiringBy(@Nullable String attribute) {
    return new TableSchema(definition, keys, indexes, attribute);
  }
}
