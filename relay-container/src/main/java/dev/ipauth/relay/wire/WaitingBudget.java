package dev.ipauth.relay.wire;

import io.netty.util.internal.PlatformDependent;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that octets of all devices together may take while they wait: lines and TLS records
 * that aren't whole yet, what came ahead of an answer, and replies that a device doesn't read.
 * Thread-safe.
 */
final class WaitingBudget {
  /** So little is nobody's fault, and is neither counted nor taken away. */
  private static final int NEVER_COUNTED = 512;

  private final long most;
  private final AtomicLong held = new AtomicLong();

  /**
   * Nothing is held yet.
   *
   * @param most octets
   */
  WaitingBudget(long most) {
    this.most = most;
  }

  /** An eighth of what the JVM may take outside its heap. */
  static WaitingBudget ofThisMachine() {
    return new WaitingBudget(PlatformDependent.maxDirectMemory() / 8);
  }

  /** What one thing of one connection takes; nothing yet. */
  Share share() {
    return new Share();
  }

  long held() {
    return held.get();
  }

  /** Not thread-safe: a connection's event loop changes it. */
  final class Share {
    private long counted;

    /**
     * It is so many octets now.
     *
     * @return whether there is room for them; those that were there before never lack it
     */
    boolean becomes(long octets) {
      long before = counted;
      counted = octets <= NEVER_COUNTED ? 0 : octets;
      return held.addAndGet(counted - before) <= most || counted <= before;
    }
  }
}
