package dev.ipauth.relay.queue;

import dev.ipauth.tables.QueueRows;
import dev.ipauth.tables.QueuedMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * The row of a message that this relay is taking, from its first write to what the device hears. A
 * write whose answer is lost may have been done, so what is there is looked up before the next
 * write or the removal: the row then is one of those that were tried, or none.
 *
 * <p>Blocking, and for one thread at a time.
 */
final class OwnRow {
  private final String id;
  private final Store store;
  private final QueueTable table;
  private final Room room;

  /** Any of them may be there while it isn't known which is; each has a version of its own. */
  private final List<QueuedMessage> tried = new ArrayList<>();

  private @Nullable QueuedMessage current;

  private boolean hasText;
  private boolean isKnown = true;
  private boolean isCounted;

  /**
   * @param id of the message
   */
  OwnRow(String id, Store store, QueueTable table, Room room) {
    this.id = id;
    this.store = store;
    this.table = table;
    this.room = room;
  }

  /** Whether there may be one. */
  boolean mayBeThere() {
    return !isKnown || current != null;
  }

  /**
   * Writes the row, and the text before it where there is none yet. When this returns true, the
   * message is kept like that.
   *
   * @param text asked for when it is needed; empty when it can't be kept
   * @return false when it isn't kept, or is somebody else's by now
   * @throws IOException when the text or the recipients can't be kept
   * @throws SdkException when the outcome isn't known; the same call finds it out
   */
  boolean write(QueuedMessage next, Patience.Work<Optional<Texts.Content>, IOException> text)
      throws IOException {
    Store.refuseTooLarge(next);
    QueuedMessage before = lookUp();
    if (before == null && !hasText) {
      Optional<Texts.Content> content = text.get();
      if (content.isEmpty()) {
        return false;
      }
      store.putText(next, content.get());
      hasText = true;
    }
    return next.equals(before) || isWritten(before, next);
  }

  /**
   * The same for a row that is there.
   *
   * @return false when it is gone, or is somebody else's by now
   * @throws SdkException when the outcome isn't known; the same call finds it out
   */
  boolean move(QueuedMessage next) {
    QueuedMessage before = lookUp();
    return next.equals(before) || (before != null && isWritten(before, next));
  }

  private boolean isWritten(@Nullable QueuedMessage before, QueuedMessage next) {
    tried.add(next);
    isKnown = false;
    boolean written = before == null ? table.put(next) : table.move(before, next);
    if (written) {
      is(next);
      return true;
    }
    // Perhaps a write that was given up has come to the table since it was looked up.
    QueuedMessage there = lookUp();
    return there != null && !there.equals(before) && (there.equals(next) || isWritten(there, next));
  }

  private void is(@Nullable QueuedMessage row) {
    current = row;
    isKnown = true;
    if (!isCounted && row != null) {
      isCounted = true;
      room.keep(row);
    }
  }

  /**
   * Removes the message, unless it is somebody else's by now. Of a write that comes to the table
   * even later there is no text any more: the message is set aside, and not delivered twice.
   *
   * @throws SdkException when the outcome isn't known; the same call finds it out
   */
  void remove() {
    QueuedMessage before = null;
    QueuedMessage row = lookUp();
    while (row != null && !row.equals(before)) {
      isKnown = false;
      if (store.forget(row)) {
        is(null);
        hasText = false;
      }
      before = row;
      row = lookUp();
    }
    if (hasText && isGone()) {
      store.deleteText(id);
      hasText = false;
    }
  }

  private boolean isGone() {
    try {
      return table.read(id).isEmpty();
    } catch (QueueRows.DamagedRow _) {
      return false;
    }
  }

  /** As it is in the table, null when it isn't there. */
  private @Nullable QueuedMessage lookUp() {
    if (!isKnown) {
      QueuedMessage found = read().orElse(null);
      is(found == null ? null : ownRow(found));
    }
    return current;
  }

  private @Nullable QueuedMessage ownRow(QueuedMessage found) {
    return tried.stream().filter(one -> isSame(found, one)).findFirst().orElse(null);
  }

  private Optional<QueuedMessage> read() {
    try {
      return table.read(id);
    } catch (QueueRows.DamagedRow _) {
      return Optional.empty();
    }
  }

  /** As a row holds them: times to the millisecond, replies shortened. */
  private static boolean isSame(QueuedMessage one, QueuedMessage other) {
    return QueueRows.write(one).equals(QueueRows.write(other));
  }
}
