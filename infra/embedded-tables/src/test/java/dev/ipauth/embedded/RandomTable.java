package dev.ipauth.embedded;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.Projection;

/** A table of a random shape, and keys and rows for it. */
final class RandomTable {
  private static final List<String> KEY_TYPES = List.of("S", "N", "B");

  private final Dice dice;
  private final String table;
  private final String partitionType;
  private final @Nullable String sortType;
  private final boolean hasIndex;

  RandomTable(Dice dice, String name) {
    this.dice = dice;
    table = name;
    partitionType = dice.oneOf(KEY_TYPES);
    sortType = dice.oneIn(2) ? dice.oneOf(KEY_TYPES) : null;
    hasIndex = dice.oneIn(2);
  }

  String name() {
    return table;
  }

  boolean hasIndex() {
    return hasIndex;
  }

  void createTable(DynamoDbClient client) {
    List<AttributeDefinition> attributes = new ArrayList<>();
    List<KeySchemaElement> keys = new ArrayList<>();
    attributes.add(attribute("pk", partitionType));
    keys.add(key("pk", KeyType.HASH));
    if (sortType != null) {
      attributes.add(attribute("sk", sortType));
      keys.add(key("sk", KeyType.RANGE));
    }
    CreateTableRequest.Builder request = CreateTableRequest.builder().tableName(table);
    if (hasIndex) {
      attributes.add(attribute("a", "S"));
      attributes.add(attribute("n", "N"));
      request.globalSecondaryIndexes(
          GlobalSecondaryIndex.builder()
              .indexName("byA")
              .keySchema(key("a", KeyType.HASH), key("n", KeyType.RANGE))
              .projection(Projection.builder().projectionType("ALL").build())
              .build());
    }
    client.createTable(
        request
            .attributeDefinitions(attributes)
            .keySchema(keys)
            .billingMode(BillingMode.PAY_PER_REQUEST)
            .build());
  }

  void deleteTable(DynamoDbClient client) {
    client.deleteTable(r -> r.tableName(table));
  }

  private static AttributeDefinition attribute(String name, String type) {
    return AttributeDefinition.builder().attributeName(name).attributeType(type).build();
  }

  private static KeySchemaElement key(String name, KeyType type) {
    return KeySchemaElement.builder().attributeName(name).keyType(type).build();
  }

  AttributeValue partitionKey() {
    return keyValue(partitionType);
  }

  AttributeValue sortKey() {
    return keyValue(sortType == null ? "S" : sortType);
  }

  AttributeValue keyValue(String type) {
    return dice.oneIn(60) ? dice.value() : rightKeyValue(type);
  }

  private AttributeValue rightKeyValue(String type) {
    return switch (type) {
      case "S" -> AttributeValue.fromS(dice.oneOf(List.of("a", "ab", "b", "é")));
      case "N" -> AttributeValue.fromN(dice.oneOf(List.of("1", "2", "-3", "1.50", "1e3")));
      default -> AttributeValue.fromB(SdkBytes.fromUtf8String(dice.oneOf(List.of("x", "xy", "z"))));
    };
  }

  Map<String, AttributeValue> rightKey() {
    Map<String, AttributeValue> key = new LinkedHashMap<>();
    key.put("pk", rightKeyValue(partitionType));
    if (sortType != null) {
      key.put("sk", rightKeyValue(sortType));
    }
    return key;
  }

  /** Which row a key leads to, whatever else it holds. */
  String place(Map<String, AttributeValue> key) {
    Map<String, AttributeValue> place = new LinkedHashMap<>(key);
    place.keySet().retainAll(List.of("pk", "sk"));
    return Outcome.row(place);
  }

  Map<String, AttributeValue> key() {
    Map<String, AttributeValue> key = new LinkedHashMap<>();
    key.put("pk", keyValue(partitionType));
    if (sortType != null) {
      key.put("sk", keyValue(sortType));
    }
    if (dice.oneIn(60)) {
      key.put("a", dice.value());
    }
    return key;
  }

  Map<String, AttributeValue> row() {
    Map<String, AttributeValue> row = new LinkedHashMap<>(key());
    if (dice.oneIn(80)) {
      row.remove("pk");
    }
    for (String name : List.of("b", "c", "data", "m", "l", "s")) {
      if (dice.oneIn(2)) {
        row.put(name, dice.value());
      }
    }
    if (dice.oneIn(2)) {
      row.put("a", dice.oneIn(10) ? dice.value() : AttributeValue.fromS(dice.text()));
    }
    if (dice.oneIn(2)) {
      row.put("n", dice.oneIn(10) ? dice.value() : dice.number());
    }
    return row;
  }
}
