package dev.ipauth.relay.queue;

import dev.ipauth.tables.QueueRows;
import dev.ipauth.tables.QueuedMessage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The table {@code Queue}: the one that a relay writes. Every write has a condition on the row's
 * version. Blocking, so not for an event loop.
 */
interface QueueTable {

  /**
   * Puts a message's row. When this returns true, the message is kept.
   *
   * @return false when there is another row with its id
   * @throws SdkException when it can't be known to be there
   */
  boolean put(QueuedMessage message);

  /**
   * Moves a message on, if it still is as it was read.
   *
   * @return false when somebody else was first
   * @throws SdkException when it can't be known
   */
  boolean move(QueuedMessage read, QueuedMessage next);

  /**
   * Removes a message, if it still is as it was read.
   *
   * @return false when somebody else was first; also when it was gone already, since then nobody
   *     can tell who removed it
   * @throws SdkException when it can't be known
   */
  boolean remove(QueuedMessage read);

  /**
   * Reads a row as it is now.
   *
   * @throws QueueRows.DamagedRow when nobody can make sense of it
   */
  Optional<QueuedMessage> read(String id);

  /**
   * The ids of what may be due, the longest due first. An index tells, so each is to be read before
   * anything is done.
   *
   * @param shard from 0, below {@link QueueRows#SHARDS}
   */
  List<String> due(int shard, Instant now, int limit);

  /** Goes through all rows as they are, damaged ones included, in no order. */
  void forEachRow(Consumer<Map<String, AttributeValue>> each);

  /**
   * All messages whose rows can be read.
   *
   * @param damaged is told the id of each other row, and what is wrong with it
   */
  default List<QueuedMessage> readable(BiConsumer<String, String> damaged) {
    var all = new ArrayList<QueuedMessage>();
    forEachRow(
        row -> {
          try {
            all.add(QueueRows.read(row));
          } catch (QueueRows.DamagedRow e) {
            damaged.accept(QueueRows.id(row), String.valueOf(e.getMessage()));
          }
        });
    return all;
  }
}
