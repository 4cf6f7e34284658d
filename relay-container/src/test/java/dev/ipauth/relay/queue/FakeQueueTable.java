package dev.ipauth.relay.queue;

import dev.ipauth.tables.QueueRows;
import dev.ipauth.tables.QueuedMessage;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Rows in memory, each written as DynamoDB's are, under the same conditions. */
final class FakeQueueTable implements QueueTable {
  final Map<String, Map<String, AttributeValue>> rows = new ConcurrentHashMap<>();

  /** Whether it can't be reached. */
  volatile boolean isAway;

  @Override
  public synchronized boolean put(QueuedMessage message) {
    reach();
    return rows.putIfAbsent(message.id(), QueueRows.write(message)) == null;
  }

  @Override
  public synchronized boolean move(QueuedMessage read, QueuedMessage next) {
    reach();
    boolean first = isAsRead(read);
    if (first) {
      rows.put(next.id(), QueueRows.write(next));
    }
    return first;
  }

  @Override
  public synchronized boolean remove(QueuedMessage read) {
    reach();
    return isAsRead(read) && rows.remove(read.id()) != null;
  }

  private boolean isAsRead(QueuedMessage read) {
    Map<String, AttributeValue> row = rows.get(read.id());
    return row != null && QueueRows.read(row).version() == read.version();
  }

  @Override
  public Optional<QueuedMessage> read(String id) {
    reach();
    return Optional.ofNullable(rows.get(id)).map(QueueRows::read);
  }

  @Override
  public List<String> due(int shard, Instant now, int limit) {
    reach();
    return rows.values().stream()
        .filter(row -> row.containsKey(QueueRows.DUE))
        .filter(row -> QueueRows.shard(QueueRows.id(row)).equals(Integer.toString(shard)))
        .filter(row -> due(row) <= now.toEpochMilli())
        .sorted(Comparator.comparing(FakeQueueTable::due))
        .limit(limit)
        .map(QueueRows::id)
        .toList();
  }

  private static long due(Map<String, AttributeValue> row) {
    return Long.parseLong(Objects.requireNonNull(row.get(QueueRows.DUE)).n());
  }

  @Override
  public void forEachRow(Consumer<Map<String, AttributeValue>> each) {
    reach();
    rows.values().forEach(each);
  }

  private void reach() throws SdkException {
    if (isAway) {
      throw SdkClientException.create("The table is away");
    }
  }
}
