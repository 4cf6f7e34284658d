package dev.ipauth.relay.queue;

import dev.ipauth.tables.QueuedMessage;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * How much may be kept: {@code QUEUE_MAX_BYTES} in all, of which one SMTP user fills at most a
 * quarter and one account a half, so that nobody's outage fills the queue for the others. The same
 * holds for the number of messages: each is a file and a row, however small it is.
 *
 * <p>A message that is passing has its place reserved; once it is kept it counts as kept. What is
 * kept is counted anew from the table now and then, since other relays keep messages too.
 */
final class Room {
  private static final int USERS_SHARE = 4;
  private static final int ACCOUNTS_SHARE = 2;

  /** An inode of a usual file system serves so many octets, and a message takes one. */
  private static final long OCTETS_OF_A_MESSAGE = 1 << 14;

  private static final long FEW_MESSAGES = 1000;

  /** A store that is full counts as full until there is so much more room than was lacking. */
  private static final int SPARE = 2;

  private static final long FEW_OCTETS = 1 << 20;

  private final long maxBytes;
  private final long maxMessages;

  /** What is full counts as full until so much of it is free again. */
  private static final double FREE_AGAIN = 0.9;

  private final Tally reserved = new Tally();
  private Tally kept = new Tally();
  private Tally messages = new Tally();
  private boolean full;

  /** The shortest text that the store had no room for, 0 when it has room for all. */
  private long lacking;

  /** How often it was looked for room since the store refused a text. */
  private int looks;

  /** Whether the store has taken a text as long as that since. */
  private boolean hasTaken;

  /** Whose room is taken; a report is nobody's. */
  record Owner(@Nullable String accountId, @Nullable String smtpUser) {
    static Owner of(QueuedMessage message) {
      return new Owner(message.accountId(), message.smtpUser());
    }
  }

  private static final class Tally {
    private final Map<String, Long> byUser = new HashMap<>();
    private final Map<String, Long> byAccount = new HashMap<>();
    private long all;

    void add(Owner owner, long more) {
      if (more == 0) {
        return;
      }
      all += more;
      add(byUser, owner.smtpUser(), more);
      add(byAccount, owner.accountId(), more);
    }

    private static void add(Map<String, Long> sums, @Nullable String key, long more) {
      if (key != null) {
        sums.merge(key, more, (before, now) -> before + now == 0 ? null : before + now);
      }
    }

    long ofUser(Owner owner) {
      return owner.smtpUser() == null ? 0 : byUser.getOrDefault(owner.smtpUser(), 0L);
    }

    long ofAccount(Owner owner) {
      return owner.accountId() == null ? 0 : byAccount.getOrDefault(owner.accountId(), 0L);
    }
  }

  Room(long maxBytes) {
    this.maxBytes = maxBytes;
    this.maxMessages = Math.max(FEW_MESSAGES, maxBytes / OCTETS_OF_A_MESSAGE);
  }

  /** Reserves that much, or nothing. */
  synchronized boolean reserve(Owner owner, long bytes) {
    boolean fitsAll = reserved.all + kept.all + bytes <= maxBytes && messages.all < maxMessages;
    full |= !fitsAll;
    boolean fits = fitsAll && fitsUser(owner, bytes) && fitsAccount(owner, bytes);
    if (fits) {
      reserved.add(owner, bytes);
    }
    return fits;
  }

  private boolean fitsUser(Owner owner, long bytes) {
    return owner.smtpUser() == null
        || (reserved.ofUser(owner) + kept.ofUser(owner) + bytes <= maxBytes / USERS_SHARE
            && messages.ofUser(owner) < maxMessages / USERS_SHARE);
  }

  private boolean fitsAccount(Owner owner, long bytes) {
    return owner.accountId() == null
        || (reserved.ofAccount(owner) + kept.ofAccount(owner) + bytes <= maxBytes / ACCOUNTS_SHARE
            && messages.ofAccount(owner) < maxMessages / ACCOUNTS_SHARE);
  }

  synchronized void giveBack(Owner owner, long bytes) {
    reserved.add(owner, -bytes);
  }

  /** A message is kept; what was reserved for it is given back for itself. */
  synchronized void keep(QueuedMessage message) {
    kept.add(Owner.of(message), message.text().bytes());
    messages.add(Owner.of(message), 1);
    hasTaken |= !message.text().isDigest() && message.text().bytes() >= lacking;
  }

  /** What was kept is gone. */
  synchronized void remove(QueuedMessage message) {
    kept.add(Owner.of(message), -message.text().bytes());
    messages.add(Owner.of(message), -1);
  }

  /** Counts what is kept anew, one message after another. */
  final class Count {
    private final Tally counted = new Tally();
    private final Tally found = new Tally();

    void add(QueuedMessage message) {
      counted.add(Owner.of(message), message.text().bytes());
      found.add(Owner.of(message), 1);
    }

    /** From now on this is what is kept. */
    void end() {
      synchronized (Room.this) {
        kept = counted;
        messages = found;
        full &=
            reserved.all + kept.all > maxBytes * FREE_AGAIN
                || messages.all > maxMessages * FREE_AGAIN;
      }
    }
  }

  synchronized long keptBytes() {
    return kept.all;
  }

  synchronized long keptMessages() {
    return messages.all;
  }

  /** The store itself has no room, whatever may be kept. */
  synchronized void storeIsFull(long length) {
    long least = Math.max(1, length);
    lacking = lacking == 0 ? least : Math.min(lacking, least);
    looks = 0;
    hasTaken = false;
  }

  /**
   * Looks whether the store has room again: it must take a text as long as what it refused, and
   * twice as long if none was kept since; and it must have refused nothing since the last look.
   *
   * @param takes asked whether it takes a text of that length
   */
  void lookForRoom(LongPredicate takes) {
    long wanted;
    int look;
    synchronized (this) {
      wanted = hasTaken ? lacking : lacking * SPARE + FEW_OCTETS;
      look = lacking > 0 ? ++looks : 0;
    }
    if (look > 1 && takes.test(wanted)) {
      synchronized (this) {
        lacking = looks == look ? 0 : lacking;
      }
    }
  }

  /** Whether a message found no room for all, or in the store, and there still is little. */
  synchronized boolean isFull() {
    return full || lacking > 0;
  }

  /**
   * Whether the next message will hardly find room. That the store has none for a large one, or had
   * none for a while, says nothing about it.
   */
  synchronized boolean isUsedUp() {
    return full || (lacking > 0 && lacking <= FEW_OCTETS && !hasTaken);
  }
}
