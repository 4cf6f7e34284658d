package dev.ipauth.relay.queue;

import dev.ipauth.tables.QueueRows;
import dev.ipauth.tables.QueuedMessage;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
  /** Longer than a request that was given up can be on its way. */
  private static final Duration ON_ITS_WAY = Duration.ofMinutes(15);

  private final String id;
  private final Store store;
  private final QueueTable table;
  private final Room room;

  /** Any of them may be there while it isn't known which is; each has a version of its own. */
  private final List<QueuedMessage> tried = new ArrayList<>();

  private @Nullable QueuedMessage current;

  private boolean hasText;
  private boolean isKnown = true;

  /** Whether a row that was put may come to the table yet, though it isn't there. */
  private boolean mayCome;

  private @Nullable Instant placeKeptUntil;
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
    return !isKnown || current != null || mayCome;
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
  boolean write(QueuedMessage next, Backoff.Work<Optional<Texts.Content>, IOException> text)
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
    boolean written = before == null ? isPut(next) : table.move(before, next);
    if (written) {
      is(next);
      return true;
    }
    // Perhaps a write that was given up has come to the table since it was looked up.
    QueuedMessage there = lookUp();
    return there != null && !there.equals(before) && (there.equals(next) || isWritten(there, next));
  }

  private boolean isPut(QueuedMessage next) {
    boolean couldCome = mayCome;
    mayCome = true;
    boolean put = table.put(next);
    mayCome = couldCome;
    return put;
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
   * Removes the message, unless it is somebody else's by now. That a row isn't there doesn't say
   * that it won't come: where one may, its place is kept until none can.
   *
   * @param now the time
   * @throws SdkException when the outcome isn't known; the same call finds it out
   */
  void remove(Instant now) {
    QueuedMessage row = lookUp();
    boolean isOver = isRemoved(row, now);
    while (!isOver) {
      QueuedMessage there = lookUp();
      boolean isSomebodyElses = Objects.equals(there, row);
      row = there;
      isOver = isSomebodyElses || isRemoved(row, now);
    }
    if (hasText && isGone()) {
      deleteText();
    }
  }

  private boolean isRemoved(@Nullable QueuedMessage row, Instant now) {
    if (row == null && !mayCome) {
      return true;
    }
    isKnown = false;
    boolean removed = (mayCome || row == null) ? isTakenBack(row, now) : store.forget(row);
    if (removed) {
      is(null);
    }
    return removed;
  }

  private boolean isTakenBack(@Nullable QueuedMessage row, Instant now) {
    Instant until = placeKeptUntil == null ? now.plus(ON_ITS_WAY) : placeKeptUntil;
    placeKeptUntil = until;
    QueuedMessage last = tried.getLast();
    if (!table.takeBack(last, row, until)) {
      return false;
    }
    mayCome = false;
    deleteText();
    if (isCounted) {
      room.remove(last);
    }
    return true;
  }

  private void deleteText() {
    store.deleteText(id);
    hasText = false;
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
