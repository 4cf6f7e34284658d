package dev.ipauth.embedded;

import dev.ipauth.embedded.expression.KeyCondition;
import dev.ipauth.embedded.values.KeyBytes;
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
  record End(SdkBytes key, boolean isIncluded) {}

  static KeyRange of(KeyCondition condition) {
    SdkBytes partition = bytes(condition.partition());
    return switch (condition.sort()) {
      case null -> new KeyRange(partition, null, null);
      case KeyCondition.Sort.Is(var comparator, var value) -> {
        SdkBytes key = bytes(value);
        End included = new End(key, true);
        End excluded = new End(key, false);
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
          new KeyRange(partition, new End(bytes(low), true), new End(bytes(high), true));
      case KeyCondition.Sort.Begins(var prefix) -> {
        byte[] first = KeyBytes.of(prefix);
        byte[] behind = KeyBytes.behindPrefix(first);
        yield new KeyRange(
            partition,
            new End(SdkBytes.fromByteArrayUnsafe(first), true),
            behind == null ? null : new End(SdkBytes.fromByteArrayUnsafe(behind), false));
      }
    };
  }

  private static SdkBytes bytes(AttributeValue key) {
    return SdkBytes.fromByteArrayUnsafe(KeyBytes.of(key));
  }
}
