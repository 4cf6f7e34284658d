package dev.ipauth.relay.queue;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The messages that this relay is at: under leases of its own, and those of which it knows what
 * isn't written yet. Thread-safe.
 */
final class UnderWay {
  private static final System.Logger LOG = System.getLogger("relay");

  /** For all that is handed back together. */
  private static final Duration HAND_BACK = Duration.ofSeconds(3);

  private final Set<LeaseWatch> leases = new HashSet<>();

  /** How many things are under way for each id. */
  private final Map<String, Integer> ids = new HashMap<>();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition none = lock.newCondition();

  void begin(LeaseWatch lease) {
    lock.lock();
    try {
      leases.add(lease);
      begin(lease.message().id());
    } finally {
      lock.unlock();
    }
  }

  void end(LeaseWatch lease) {
    lock.lock();
    try {
      if (leases.remove(lease)) {
        end(lease.message().id());
      }
    } finally {
      lock.unlock();
    }
  }

  /** Something is done about a message, which nobody here takes up before it ends. */
  void begin(String id) {
    lock.lock();
    try {
      ids.merge(id, 1, Integer::sum);
    } finally {
      lock.unlock();
    }
  }

  /** Is at a message until this is done, which nobody waits for. */
  void during(String id, CompletionStage<?> work) {
    begin(id);
    work.whenComplete(
        (_, failure) -> {
          if (failure != null) {
            LOG.log(Level.ERROR, "What was to be done about " + id + " isn't", failure);
          }
          end(id);
        });
  }

  void end(String id) {
    lock.lock();
    try {
      ids.computeIfPresent(id, (_, left) -> left > 1 ? left - 1 : null);
      if (ids.isEmpty()) {
        none.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether this relay is at a message, whatever its row says: what it has heard may be yet to be
   * written there.
   */
  boolean isAt(String id) {
    lock.lock();
    try {
      return ids.containsKey(id);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until this relay is at nothing, and hands back what it is still at then, so that another
   * or the next start needn't wait for a lease to run out.
   *
   * @return whether everything had ended
   */
  boolean drain(Duration atMost) throws InterruptedException {
    boolean ended = awaitNone(atMost);
    handBack(leases());
    return ended;
  }

  /** All at once: with a table that doesn't answer, each takes as long as a write may. */
  private static void handBack(List<LeaseWatch> leases) throws InterruptedException {
    List<Thread> threads =
        leases.stream().map(lease -> Thread.startVirtualThread(lease::handBack)).toList();
    long end = System.nanoTime() + HAND_BACK.toNanos();
    for (Thread thread : threads) {
      thread.join(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
    }
  }

  private boolean awaitNone(Duration atMost) throws InterruptedException {
    lock.lock();
    try {
      long nanos = TimeUnit.NANOSECONDS.convert(atMost);
      while (!ids.isEmpty() && nanos > 0) {
        nanos = none.awaitNanos(nanos);
      }
      return ids.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  private List<LeaseWatch> leases() {
    lock.lock();
    try {
      return List.copyOf(leases);
    } finally {
      lock.unlock();
    }
  }
}
