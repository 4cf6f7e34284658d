package dev.ipauth.dynamodb;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;

/**
 * A table of the template: its keys, its indexes and which attribute ends a row's life.
 *
 * @param expiry the attribute with the time at which a row may go, if rows of it go at all
 */
record Table(CreateTableRequest request, @Nullable String expiry) {

  static Table of(Map<String, Object> properties, String prefix) {
    CreateTableRequest.Builder request =
        CreateTableRequest.builder()
            .tableName(name(text(properties, "TableName"), prefix))
            .billingMode(BillingMode.PAY_PER_REQUEST)
            .attributeDefinitions(
                list(properties, "AttributeDefinitions").stream().map(Table::attribute).toList())
            .keySchema(keys(properties));
    List<Map<String, Object>> indexes = list(properties, "GlobalSecondaryIndexes");
    if (!indexes.isEmpty()) {
      request.globalSecondaryIndexes(indexes.stream().map(Table::index).toList());
    }
    boolean expires = properties.containsKey("TimeToLiveSpecification");
    return new Table(
        request.build(),
        expires
            ? text(TablesTemplate.child(properties, "TimeToLiveSpecification"), "AttributeName")
            : null);
  }

  /** Makes it, unless it is there already, kept from an earlier start. */
  void createIn(DynamoDbClient client) {
    try {
      client.createTable(request);
    } catch (ResourceInUseException alreadyThere) {
      return;
    }
    if (expiry != null) {
      client.updateTimeToLive(
          change ->
              change
                  .tableName(request.tableName())
                  .timeToLiveSpecification(ttl -> ttl.attributeName(expiry).enabled(true)));
    }
  }

  private static String name(String template, String prefix) {
    String name = template.replace("${Prefix}", prefix);
    if (name.contains("${")) {
      throw new IllegalArgumentException("Only ${Prefix} is known here: " + template);
    }
    return name;
  }

  private static AttributeDefinition attribute(Map<String, Object> attribute) {
    return AttributeDefinition.builder()
        .attributeName(text(attribute, "AttributeName"))
        .attributeType(text(attribute, "AttributeType"))
        .build();
  }

  private static GlobalSecondaryIndex index(Map<String, Object> index) {
    Map<String, Object> projection = TablesTemplate.child(index, "Projection");
    return GlobalSecondaryIndex.builder()
        .indexName(text(index, "IndexName"))
        .keySchema(keys(index))
        .projection(
            p -> {
              p.projectionType(text(projection, "ProjectionType"));
              if (projection.get("NonKeyAttributes") instanceof List<?> names) {
                p.nonKeyAttributes(names.stream().map(Object::toString).toList());
              }
            })
        .build();
  }

  private static List<KeySchemaElement> keys(Map<String, Object> tableOrIndex) {
    return list(tableOrIndex, "KeySchema").stream()
        .map(
            key ->
                KeySchemaElement.builder()
                    .attributeName(text(key, "AttributeName"))
                    .keyType(text(key, "KeyType"))
                    .build())
        .toList();
  }

  private static String text(Map<String, Object> parent, String name) {
    return (String) requireNonNull(parent.get(name), name);
  }

  @SuppressWarnings("unchecked") // CloudFormation's lists here are lists of mappings.
  private static List<Map<String, Object>> list(Map<String, Object> parent, String name) {
    return (List<Map<String, Object>>) parent.getOrDefault(name, List.of());
  }
}
