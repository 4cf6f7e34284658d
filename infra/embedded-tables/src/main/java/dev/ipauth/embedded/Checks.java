package dev.ipauth.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ipauth.embedded.TableSchema.Index;
import dev.ipauth.embedded.TableSchema.KeyAttribute;
import dev.ipauth.embedded.TableSchema.Keys;
import dev.ipauth.embedded.values.Canonical;
import dev.ipauth.embedded.values.Refusals;
import dev.ipauth.embedded.values.RowSize;
import dev.ipauth.embedded.values.Values;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/** What a table demands of keys and rows. */
final class Checks {
  private static final int LARGEST_PARTITION_KEY = 2048;
  private static final int LARGEST_SORT_KEY = 1024;
  private static final String INVALID = "One or more parameter values were invalid: ";
  private static final String NOT_VALID = "One or more parameter values are not valid. ";

  private Checks() {}

  /**
   * A key that somebody names a row by, in canonical form.
   *
   * @throws DynamoDbException when no row of the table can have it
   */
  static Map<String, AttributeValue> key(TableSchema table, Map<String, AttributeValue> key) {
    Map<String, AttributeValue> canonical = new LinkedHashMap<>();
    for (KeyAttribute attribute : table.keys().attributes()) {
      AttributeValue value = key.get(attribute.name());
      if (value != null) {
        canonical.put(attribute.name(), Canonical.value(value));
      }
    }
    boolean fits =
        canonical.size() == key.size()
            && canonical.size() == table.keys().attributes().size()
            && table.keys().attributes().stream()
                .allMatch(a -> a.type().equals(typeOf(canonical.get(a.name()))));
    if (!fits) {
      throw Refusals.invalid("The provided key element does not match the schema");
    }
    table.keys().attributes().forEach(a -> refuseEmpty(canonical, a));
    refuseTooLarge(canonical, table.keys());
    return canonical;
  }

  private static String typeOf(@Nullable AttributeValue value) {
    return value == null ? "" : Values.typeName(value);
  }

  /**
   * A whole row, in canonical form.
   *
   * @throws DynamoDbException when the table can't have it
   */
  static Map<String, AttributeValue> row(TableSchema table, Map<String, AttributeValue> row) {
    for (KeyAttribute key : table.keys().attributes()) {
      if (!row.containsKey(key.name())) {
        throw Refusals.invalid(INVALID + "Missing the key " + key.name() + " in the item");
      }
    }
    Map<String, AttributeValue> canonical = Canonical.row(row);
    for (KeyAttribute key : table.keys().attributes()) {
      refuseOtherType(canonical, key);
      refuseEmpty(canonical, key);
    }
    refuseTooLarge(canonical, table.keys());
    indexKeys(table, canonical);
    if (RowSize.of(canonical) > RowSize.LARGEST_ROW) {
      throw Refusals.invalid("Item size has exceeded the maximum allowed size");
    }
    return canonical;
  }

  private static void refuseOtherType(Map<String, AttributeValue> row, KeyAttribute key) {
    String type = typeOf(row.get(key.name()));
    if (!type.equals(key.type())) {
      throw Refusals.invalid(
          INVALID
              + "Type mismatch for key %s expected: %s actual: %s"
                  .formatted(key.name(), key.type(), type));
    }
  }

  private static void refuseEmpty(Map<String, AttributeValue> row, KeyAttribute key) {
    AttributeValue value = row.get(key.name());
    if (value != null && isEmpty(value)) {
      throw Refusals.invalid(
          NOT_VALID
              + "The AttributeValue for a key attribute cannot contain an empty %s value. Key: %s"
                  .formatted(value.s() != null ? "string" : "binary", key.name()));
    }
  }

  private static boolean isEmpty(AttributeValue value) {
    return value.s() != null
        ? value.s().isEmpty()
        : value.b() != null && value.b().asByteArrayUnsafe().length == 0;
  }

  private static void refuseTooLarge(Map<String, AttributeValue> row, Keys keys) {
    if (size(row.get(keys.partition().name())) > LARGEST_PARTITION_KEY) {
      throw Refusals.invalid(
          INVALID + "Size of hashkey has exceeded the maximum size limit of2048 bytes");
    }
    if (keys.sort() != null && size(row.get(keys.sort().name())) > LARGEST_SORT_KEY) {
      throw Refusals.invalid(
          INVALID + "Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
    }
  }

  private static int size(@Nullable AttributeValue value) {
    if (value != null && value.s() != null) {
      return value.s().getBytes(UTF_8).length;
    }
    return value != null && value.b() != null ? value.b().asByteArrayUnsafe().length : 0;
  }

  /**
   * The keys of the table's indexes, as far as the row has them.
   *
   * @throws DynamoDbException when an index can't have one
   */
  static void indexKeys(TableSchema table, Map<String, AttributeValue> row) {
    for (Index index : table.indexes()) {
      for (KeyAttribute key : index.keys().attributes()) {
        AttributeValue value = row.get(key.name());
        if (value != null && !table.keys().has(key.name())) {
          refuseAsIndexKey(value, key, index);
        }
      }
    }
  }

  private static void refuseAsIndexKey(AttributeValue value, KeyAttribute key, Index index) {
    if (!Values.typeName(value).equals(key.type())) {
      throw Refusals.invalid(
          INVALID
              + "Type mismatch for Index Key %s Expected: %s Actual: %s IndexName: %s"
                  .formatted(key.name(), key.type(), Values.typeName(value), index.name()));
    }
    if (isEmpty(value)) {
      throw Refusals.invalid(
          NOT_VALID
              + "A value specified for a secondary index key is not supported. The AttributeValue"
              + " for a key attribute cannot contain an empty %s value. IndexName: %s, IndexKey: %s"
                  .formatted(value.s() != null ? "string" : "binary", index.name(), key.name()));
    }
  }
}
