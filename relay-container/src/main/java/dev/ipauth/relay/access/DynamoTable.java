package dev.ipauth.relay.access;

import static java.util.stream.Collectors.toUnmodifiableMap;
import static java.util.stream.Collectors.toUnmodifiableSet;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/**
 * One table, read strongly consistently by its partition key.
 *
 * @param keyName of the partition key, a string
 */
record DynamoTable(DynamoDbClient client, String name, String keyName)
    implements GatheredReads.Table<Map<String, AttributeValue>> {

  @Override
  public Optional<Map<String, AttributeValue>> one(String key) {
    var request = GetItemRequest.builder().tableName(name).key(key(key)).consistentRead(true);
    var answer = client.getItem(request.build());
    return Optional.of(answer.item()).filter(_ -> answer.hasItem());
  }

  @Override
  public GatheredReads.Rows<Map<String, AttributeValue>> many(Set<String> keys) {
    var wanted =
        KeysAndAttributes.builder()
            .keys(keys.stream().map(this::key).toList())
            .consistentRead(true);
    var request = BatchGetItemRequest.builder().requestItems(Map.of(name, wanted.build()));
    var answer = client.batchGetItem(request.build());
    List<Map<String, AttributeValue>> found = answer.responses().get(name);
    if (found == null) {
      // That a row isn't there is said by an empty list; no list says nothing.
      return new GatheredReads.Rows<>(Map.of(), keys);
    }
    var unread = answer.unprocessedKeys().get(name);
    return new GatheredReads.Rows<>(
        found.stream().collect(toUnmodifiableMap(this::keyOf, row -> row)),
        unread == null
            ? Set.of()
            : unread.keys().stream().map(this::keyOf).collect(toUnmodifiableSet()));
  }

  private Map<String, AttributeValue> key(String value) {
    return Map.of(keyName, AttributeValue.fromS(value));
  }

  private String keyOf(Map<String, AttributeValue> row) {
    return Objects.requireNonNull(row.get(keyName), keyName).s();
  }
}
