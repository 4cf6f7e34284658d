package dev.ipauth.relay.onward;

/** One message's leave to go on, from the {@link Gate}; on one thread at a time. */
public final class Pass {
  private final Leaving gate;
  private final Lane lane;
  private boolean counts;
  private boolean over;

  /** Hears that a message is no longer on its way, and whether it counts in its minute. */
  interface Leaving {
    void left(Lane lane, boolean counts);
  }

  Pass(Leaving gate, Lane lane) {
    this.gate = gate;
    this.lane = lane;
  }

  /** Where nothing is counted. */
  static Pass free() {
    return new Pass((_, _) -> {}, Lane.DEVICES);
  }

  /** The whole message goes over: it counts, whatever becomes of it. */
  public void count() {
    counts = true;
  }

  /** The message is no longer on its way; may be said more than once. */
  public void leave() {
    if (!over) {
      over = true;
      gate.left(lane, counts);
    }
  }
}
