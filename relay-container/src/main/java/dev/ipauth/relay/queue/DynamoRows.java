package dev.ipauth.relay.queue;

import dev.ipauth.relay.fault.AwsFault;
import dev.ipauth.relay.queue.QueueEvents.Watch;
import dev.ipauth.tables.QueueRows;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/**
 * How the rows of {@code Queue} are asked for.
 *
 * @param watch hears of each use whether the table could be used
 */
record DynamoRows(DynamoDbClient client, String table, Watch watch) {

  /** A condition that isn't met is an answer. */
  <T> T ask(Supplier<T> call) {
    try {
      T answer = call.get();
      watch.worked();
      return answer;
    } catch (ConditionalCheckFailedException e) {
      watch.worked();
      throw e;
    } catch (SdkException e) {
      watch.failed(AwsFault.QUEUE.sentence(e));
      throw e;
    }
  }

  /** As it is now. */
  Optional<Map<String, AttributeValue>> row(String id) {
    var answer =
        ask(() -> client.getItem(r -> r.tableName(table).key(key(id)).consistentRead(true)));
    return answer.hasItem() ? Optional.of(answer.item()) : Optional.empty();
  }

  static Map<String, AttributeValue> key(String id) {
    return Map.of(QueueRows.ID, AttributeValue.fromS(id));
  }
}
