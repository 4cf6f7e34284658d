package dev.ipauth.relay.queue;

import dev.ipauth.tables.QueueDrop;
import dev.ipauth.tables.QueueRows;
import dev.ipauth.tables.QueuedMessage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The table {@code Queue}: the one that a relay writes. Every write of a message has a condition on
 * its row's version; a count only adds to what is there. Blocking, so not for an event loop.
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
   * @param read under a lease of this process and not dropped, it counts as removed by the caller
   *     when it is gone
   * @return false when somebody else was first; also when any other was gone already, since then
   *     nobody can tell who removed it
   * @throws SdkException when it can't be known
   */
  boolean remove(QueuedMessage read);

  /**
   * Removes a message that is dropped. Every relay may, so whoever does keeps it from the others
   * first: one of them tells of it, though the answer to its removal be lost.
   *
   * @param until when the others may, where this one is heard of no more
   * @return false when somebody else was first
   * @throws SdkException when it can't be known
   */
  boolean removeDropped(QueuedMessage read, Instant until);

  /**
   * Takes a message back that was never accepted, and keeps its place until then: a row that was
   * put without an answer may come to the table late, and can't any more.
   *
   * @param message of all that were put or may have been, the one with the highest version
   * @param read as it was read; null when there was none
   * @return false when it isn't as it was read
   * @throws SdkException when it can't be known
   */
  boolean takeBack(QueuedMessage message, @Nullable QueuedMessage read, Instant until);

  /**
   * Reads a row as it is now.
   *
   * @throws QueueRows.DamagedRow when nobody can make sense of it
   */
  Optional<QueuedMessage> read(String id);

  /**
   * Takes a message out of its turn until somebody has looked at it, if it still is as it was read.
   */
  boolean setAside(QueuedMessage read, String why);

  /**
   * The same for a row that nobody can make sense of.
   *
   * @return false when it was done before, or the row is dropped, or gone
   */
  boolean setAsideDamaged(String id, String why);

  /** Marks a message as dropped, or says why it can't be. */
  Optional<QueueDrop.Refusal> drop(String id, QueueDrop.By by, Instant now);

  /**
   * Removes a row that is marked as dropped and that nobody can make sense of.
   *
   * @return false when it isn't marked, or is gone
   */
  boolean removeDamaged(String id);

  /**
   * Counts one more of something, for all relays and over their restarts.
   *
   * @param id of the row that counts, which is no message's
   * @param until when a count that begins now is over
   * @throws SdkException when it can't be known; it may have been counted then
   */
  Count count(String id, Instant now, Instant until);

  /**
   * A count so far.
   *
   * @param until when it is over
   */
  record Count(long number, Instant until) {}

  /**
   * A row as an index shows it: it may be gone, or another's, by now.
   *
   * @param acceptedAt long ago when the row doesn't say
   */
  record Due(String id, Instant due, Instant acceptedAt, boolean isDropped) {}

  /**
   * What may be due, the longest due first. An index tells, so each is to be read before anything
   * is done.
   *
   * @param shard from 0, below {@link QueueRows#SHARDS}
   * @param since when it became due at the earliest
   * @param wanted looks at each until there are {@code limit}
   */
  List<Due> due(int shard, Instant since, Instant now, Predicate<Due> wanted, int limit);

  /**
   * A row that nobody can make sense of.
   *
   * @param why a sentence
   */
  record Damaged(String id, String why, boolean isSetAside, boolean isDropped) {}

  /** Goes through all rows as they are, damaged ones included, in no order. */
  void forEachRow(Consumer<Map<String, AttributeValue>> each);

  /**
   * Goes through all messages whose rows can be read, but those that are dropped.
   *
   * @param damaged is told of each row that can't be
   */
  default void forEachMessage(Consumer<QueuedMessage> each, Consumer<Damaged> damaged) {
    forEachRow(
        row -> {
          try {
            QueuedMessage message = QueueRows.read(row);
            if (message.mark().droppedBy() == null) {
              each.accept(message);
            }
          } catch (QueueRows.DamagedRow e) {
            damaged.accept(
                new Damaged(
                    QueueRows.id(row),
                    String.valueOf(e.getMessage()),
                    row.containsKey(QueueRows.SET_ASIDE),
                    row.containsKey(QueueRows.DROPPED_BY)));
          }
        });
  }
}
