package dev.ipauth.local;

import dev.ipauth.relay.budget.FairBudget;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * What answers of the API may take of the process's memory, all together: a few are made at once,
 * and those that aren't read yet have one budget of octets, shared by account. Whoever finds no
 * room waits for a moment; of those who wait, one of each account is let in after another.
 *
 * <p>How large an answer becomes is known when it is made. Until then it counts for the largest.
 */
final class AnswerRoom {
  /** Of a heap: what is read for one answer, and the answer in its forms, is some 10 MB at most. */
  private static final long HEAP_FOR_ONE_MADE = 32 << 20;

  private static final int PART_OF_HEAP = 4;

  /** A page of the trail, each of whose lines has all that an SMTP user may have. */
  static final long LARGEST = 3 << 20;

  private static final int MOST_WAITING_OF_ACCOUNT = 100;

  private final FairBudget<String> octets;
  private final Duration timeout;

  /** In whose turn it is; an account without anybody who waits isn't there. */
  private final Map<String, Deque<Semaphore>> waiting = new LinkedHashMap<>();

  private int places;

  /**
   * Nothing is in it.
   *
   * @param heap the most that the process may have, in octets
   * @param timeout how long one waits for room
   */
  AnswerRoom(long heap, Duration timeout) {
    octets = new FairBudget<>(heap / PART_OF_HEAP);
    places = (int) Math.max(2, heap / HEAP_FOR_ONE_MADE);
    this.timeout = timeout;
  }

  /** What one answer takes. */
  final class Share {
    private final String accountId;
    private long size = LARGEST;
    private boolean isMade;

    private Share(String accountId) {
      this.accountId = accountId;
    }

    /** Lets another be made; the room for what this one has become is still taken. */
    void made() {
      synchronized (AnswerRoom.this) {
        if (!isMade) {
          isMade = true;
          places++;
          letIn();
        }
      }
    }

    /** It is as large as that. */
    void is(long actual) {
      synchronized (AnswerRoom.this) {
        octets.giveBack(accountId, size);
        octets.count(accountId, actual);
        size = actual;
        letIn();
      }
    }

    /** It is sent, or nobody wants it any more. */
    void end() {
      made();
      is(0);
    }
  }

  /**
   * Waits for room.
   *
   * @return nothing when there is none
   * @throws InterruptedException when the process is stopping
   */
  Optional<Share> enter(String accountId) throws InterruptedException {
    var turn = new Semaphore(0);
    synchronized (this) {
      Deque<Semaphore> others = waiting.computeIfAbsent(accountId, _ -> new ArrayDeque<>());
      if (others.size() == MOST_WAITING_OF_ACCOUNT) {
        return Optional.empty();
      }
      others.add(turn);
      letIn();
    }
    return turn.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS) || !leave(accountId, turn)
        ? Optional.of(new Share(accountId))
        : Optional.empty();
  }

  /**
   * Waits no longer.
   *
   * @return false when its turn has come meanwhile
   */
  private synchronized boolean leave(String accountId, Semaphore turn) {
    Deque<Semaphore> queue = waiting.get(accountId);
    boolean isThere = queue != null && queue.remove(turn);
    if (queue != null && queue.isEmpty()) {
      waiting.remove(accountId);
    }
    return isThere;
  }

  private void letIn() {
    while (places > 0 && letOneIn()) {
      places--;
    }
  }

  /** The first that fits; its account's next is behind all other accounts' then. */
  private boolean letOneIn() {
    for (Iterator<Map.Entry<String, Deque<Semaphore>>> i = waiting.entrySet().iterator();
        i.hasNext(); ) {
      Map.Entry<String, Deque<Semaphore>> of = i.next();
      String accountId = of.getKey();
      Deque<Semaphore> queue = of.getValue();
      if (octets.take(accountId, LARGEST)) {
        queue.remove().release();
        i.remove();
        if (!queue.isEmpty()) {
          waiting.put(accountId, queue);
        }
        return true;
      }
    }
    return false;
  }

  /** Octets that are taken now. */
  long taken() {
    return octets.taken();
  }

  /** How many wait for room now. */
  synchronized int waiting() {
    return waiting.values().stream().mapToInt(Deque::size).sum();
  }
}
