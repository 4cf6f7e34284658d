package dev.ipauth.relay.wire;

import dev.ipauth.relay.budget.FairBudget;
import dev.ipauth.relay.limits.Source;
import dev.ipauth.tables.IpAddress;
import io.netty.util.internal.PlatformDependent;

/**
 * The memory that octets of all devices together may take while they wait: lines and TLS records
 * that aren't whole yet, what came ahead of an answer, and replies that a device doesn't read. It
 * is shared by address: before a device authenticates, no more is known of it. Thread-safe.
 */
final class WaitingBudget {
  /** So little is nobody's fault, and is neither counted nor taken away. */
  private static final int NEVER_COUNTED = 512;

  private final FairBudget<IpAddress> octets;

  /**
   * Nothing is held yet.
   *
   * @param most octets
   */
  WaitingBudget(long most) {
    this.octets = new FairBudget<>(most);
  }

  /** An eighth of what the JVM may take outside its heap. */
  static WaitingBudget ofThisMachine() {
    return new WaitingBudget(PlatformDependent.maxDirectMemory() / 8);
  }

  /** What devices from an address may take of it. */
  OfAddress of(IpAddress device) {
    return new OfAddress(Source.of(device));
  }

  long held() {
    return octets.taken();
  }

  /** One address's part. */
  final class OfAddress {
    private final IpAddress source;

    private OfAddress(IpAddress source) {
      this.source = source;
    }

    /** What one thing of one connection takes; nothing yet. */
    Share share() {
      return new Share(source);
    }
  }

  /** Not thread-safe: a connection's event loop changes it. */
  final class Share {
    private final IpAddress source;
    private long counted;

    private Share(IpAddress source) {
      this.source = source;
    }

    /** Whether there is room for so many octets; if so, it is so many now. */
    boolean fits(int octets) {
      long before = counted;
      boolean fits = becomes(octets);
      if (!fits) {
        var _ = becomes(before);
      }
      return fits;
    }

    /**
     * It is so many octets now.
     *
     * @return whether there is room for them; those that were there before never lack it
     */
    boolean becomes(long now) {
      long more = (now <= NEVER_COUNTED ? 0 : now) - counted;
      counted += more;
      if (more > 0) {
        return octets.count(source, more);
      }
      if (more < 0) {
        octets.giveBack(source, -more);
      }
      return true;
    }
  }
}
