package dev.ipauth.relay.onward;

import org.jspecify.annotations.Nullable;

/**
 * One message's leave to go on, from the {@link Gate}; on one thread at a time, but for {@link
 * #giveWay}.
 */
public final class Pass {
  private final Leaving gate;
  private final Lane lane;
  private final String account;
  private volatile boolean counts;
  private boolean over;
  private volatile @Nullable String givesWayTo;
  private @Nullable Runnable whenItMustGiveWay;

  /** Hears that a message is no longer on its way, and whether it counts in its minute. */
  interface Leaving {
    void left(Pass pass, boolean counts);
  }

  Pass(Leaving gate, Lane lane, String account) {
    this.gate = gate;
    this.lane = lane;
    this.account = account;
  }

  /** Where nothing is counted. */
  static Pass free() {
    return new Pass((_, _) -> {}, Lane.DEVICES, "");
  }

  Lane lane() {
    return lane;
  }

  /** Whose message it is; empty when it is the relay's own. */
  String account() {
    return account;
  }

  /** The whole message goes over: it counts, whatever becomes of it. */
  public void count() {
    counts = true;
  }

  /** It was to go over, and doesn't: nothing of it did. */
  public void dontCount() {
    counts = false;
  }

  /** Whether the whole message goes over. */
  public boolean isCounted() {
    return counts;
  }

  /** The message is no longer on its way; may be said more than once. */
  public void leave() {
    if (!over) {
      over = true;
      gate.left(this, counts);
    }
  }

  /**
   * Says what makes the message leave, if it doesn't go over as a whole yet; it is run once, on any
   * thread.
   */
  public synchronized void whenItMustGiveWay(Runnable then) {
    whenItMustGiveWay = then;
    if (givesWayTo != null) {
      then.run();
    }
  }

  /** The account whose message it gives way to; null when it needn't. */
  @Nullable String givesWayTo() {
    return givesWayTo;
  }

  /** Its account has more of the next hop than this one, whose message waits. */
  synchronized void giveWay(String other) {
    givesWayTo = other;
    if (whenItMustGiveWay != null) {
      whenItMustGiveWay.run();
    }
  }
}
