package dev.ipauth.relay.wire;

import io.netty.util.internal.PlatformDependent;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that octets of all devices together may take while they wait: lines that aren't whole
 * yet, and what came ahead of an answer. Thread-safe.
 */
final class InputBudget {
  /** So little is nobody's fault, and is neither counted nor taken away. */
  static final int NEVER_COUNTED = 512;

  private final long most;
  private final AtomicLong held = new AtomicLong();

  /**
   * Nothing is held yet.
   *
   * @param most octets
   */
  InputBudget(long most) {
    this.most = most;
  }

  /** An eighth of what the JVM may take outside its heap. */
  static InputBudget ofThisMachine() {
    return new InputBudget(PlatformDependent.maxDirectMemory() / 8);
  }

  /**
   * One connection's share changes.
   *
   * @return whether there is room for it
   */
  boolean change(long from, long to) {
    return held.addAndGet(to - from) <= most || to <= from;
  }

  long held() {
    return held.get();
  }
}
