package dev.ipauth.embedded;

import dev.ipauth.embedded.TableSchema.Keys;
import dev.ipauth.embedded.expression.Condition.Comparator;
import dev.ipauth.embedded.expression.KeyCondition;
import dev.ipauth.embedded.values.KeyBytes;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The rows of one partition whose sort key is between two.
 *
 * @param low null for no lower end
 * @param high null for no upper end
 */
record KeyRange(SdkBytes partition, @Nullable End low, @Nullable End high) {
  /**
   * One of its ends.
   *
   * @param isStart whether a page may begin behind a row of this key though none can follow: of a
   *     table's pages DynamoDB refuses that for all comparisons but equality and prefixes
   */
  record End(SdkBytes key, boolean isIncluded, boolean isStart) {
    boolean isBefore(byte[] sort) {
      return Arrays.compareUnsigned(key.asByteArrayUnsafe(), sort) < (isIncluded ? 1 : 0);
    }

    boolean isBehind(byte[] sort) {
      return Arrays.compareUnsigned(key.asByteArrayUnsafe(), sort) > (isIncluded ? -1 : 0);
    }
  }

  static KeyRange of(KeyCondition condition) {
    SdkBytes partition = bytes(condition.partition());
    return switch (condition.sort()) {
      case null -> new KeyRange(partition, null, null);
      case KeyCondition.Sort.Is(var comparator, var value) -> {
        SdkBytes key = bytes(value);
        End included = new End(key, true, comparator == Comparator.EQUAL);
        End excluded = new End(key, false, false);
        yield switch (comparator) {
          case EQUAL -> new KeyRange(partition, included, included);
          case LESS -> new KeyRange(partition, null, excluded);
          case AT_MOST -> new KeyRange(partition, null, included);
          case GREATER -> new KeyRange(partition, excluded, null);
          case AT_LEAST -> new KeyRange(partition, included, null);
          case DIFFERENT -> throw new IllegalStateException("No condition on a key says so");
        };
      }
      case KeyCondition.Sort.IsBetween(var low, var high) ->
          new KeyRange(
              partition, new End(bytes(low), true, false), new End(bytes(high), true, false));
      case KeyCondition.Sort.Begins(var prefix) -> {
        byte[] first = KeyBytes.of(prefix);
        byte[] behind = KeyBytes.behindPrefix(first);
        yield new KeyRange(
            partition,
            new End(SdkBytes.fromByteArrayUnsafe(first), true, true),
            behind == null ? null : new End(SdkBytes.fromByteArrayUnsafe(behind), false, false));
      }
    };
  }

  /** Whether a row of these keys is in it. */
  boolean holds(Map<String, AttributeValue> row, Keys keys) {
    byte[] sort = StoredTable.sort(row, keys);
    return Arrays.equals(partition.asByteArrayUnsafe(), StoredTable.partition(row, keys))
        && (low == null || low.isBefore(sort))
        && (high == null || high.isBehind(sort));
  }

  /** Whether a row of this sort key is an end of it that no page begins behind. */
  boolean endsAt(byte[] sort, boolean isForward) {
    End end = isForward ? high : low;
    return end != null && !end.isStart() && Arrays.equals(end.key().asByteArrayUnsafe(), sort);
  }

  private static SdkBytes bytes(AttributeValue key) {
    return SdkBytes.fromByteArrayUnsafe(KeyBytes.of(key));
  }
}
