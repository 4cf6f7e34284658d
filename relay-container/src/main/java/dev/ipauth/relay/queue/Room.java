package dev.ipauth.relay.queue;

import dev.ipauth.tables.QueuedMessage;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How much may be kept: {@code QUEUE_MAX_BYTES} in all, of which one SMTP user fills at most a
 * quarter and one account a half, so that nobody's outage fills the queue for the others.
 *
 * <p>A message that is passing has its place reserved; once it is kept it counts as kept. What is
 * kept is counted anew from the table now and then, since other relays keep messages too.
 */
final class Room {
  private static final int USERS_SHARE = 4;
  private static final int ACCOUNTS_SHARE = 2;

  private final long maxBytes;

  /** What is full counts as full until so much of it is free again. */
  private static final double FREE_AGAIN = 0.9;

  private final Tally reserved = new Tally();
  private Tally kept = new Tally();
  private long messages;
  private boolean full;

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

    void add(Owner owner, long bytes) {
      all += bytes;
      add(byUser, owner.smtpUser(), bytes);
      add(byAccount, owner.accountId(), bytes);
    }

    private static void add(Map<String, Long> sums, @Nullable String key, long bytes) {
      if (key != null) {
        sums.merge(key, bytes, (before, more) -> before + more == 0 ? null : before + more);
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
  }

  /** Reserves that much, or nothing. */
  synchronized boolean reserve(Owner owner, long bytes) {
    boolean fitsAll = reserved.all + kept.all + bytes <= maxBytes;
    full |= !fitsAll;
    boolean fits =
        fitsAll
            && (owner.smtpUser() == null
                || reserved.ofUser(owner) + kept.ofUser(owner) + bytes <= maxBytes / USERS_SHARE)
            && (owner.accountId() == null
                || reserved.ofAccount(owner) + kept.ofAccount(owner) + bytes
                    <= maxBytes / ACCOUNTS_SHARE);
    if (fits) {
      reserved.add(owner, bytes);
    }
    return fits;
  }

  synchronized void giveBack(Owner owner, long bytes) {
    reserved.add(owner, -bytes);
  }

  /** A message is kept; what was reserved for it is given back for itself. */
  synchronized void keep(QueuedMessage message) {
    kept.add(Owner.of(message), message.text().bytes());
    messages++;
  }

  /** What was kept is gone. */
  synchronized void remove(QueuedMessage message) {
    kept.add(Owner.of(message), -message.text().bytes());
    messages--;
  }

  /** Counts what is kept anew, one message after another. */
  final class Count {
    private final Tally counted = new Tally();
    private long found;

    void add(QueuedMessage message) {
      counted.add(Owner.of(message), message.text().bytes());
      found++;
    }

    /** From now on this is what is kept. */
    void end() {
      synchronized (Room.this) {
        kept = counted;
        messages = found;
        full &= reserved.all + kept.all > maxBytes * FREE_AGAIN;
      }
    }
  }

  synchronized long keptBytes() {
    return kept.all;
  }

  synchronized long keptMessages() {
    return messages;
  }

  /** Whether a message found no room for all, and there still is little. */
  synchronized boolean isFull() {
    return full;
  }
}
