package dev.ipauth.relay.queue;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The messages that this relay is at, under leases of its own. Thread-safe. */
final class UnderWay {
  /** For all that is handed back together. */
  private static final Duration HAND_BACK = Duration.ofSeconds(3);

  private final Set<LeaseWatch> leases = new HashSet<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition none = lock.newCondition();

  void begin(LeaseWatch lease) {
    lock.lock();
    try {
      leases.add(lease);
    } finally {
      lock.unlock();
    }
  }

  void end(LeaseWatch lease) {
    lock.lock();
    try {
      leases.remove(lease);
      if (leases.isEmpty()) {
        none.signalAll();
      }
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
    List<LeaseWatch> left = awaitNone(atMost);
    handBack(left);
    return left.isEmpty();
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

  private List<LeaseWatch> awaitNone(Duration atMost) throws InterruptedException {
    lock.lock();
    try {
      long nanos = TimeUnit.NANOSECONDS.convert(atMost);
      while (!leases.isEmpty() && nanos > 0) {
        nanos = none.awaitNanos(nanos);
      }
      return List.copyOf(leases);
    } finally {
      lock.unlock();
    }
  }
}
