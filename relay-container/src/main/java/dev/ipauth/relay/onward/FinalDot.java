package dev.ipauth.relay.onward;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One message's final dot, so that it counts once as unanswered: when somebody stops waiting for
 * its answer, or when it is found that none will come, whichever is first. Thread-safe.
 */
public final class FinalDot {
  private final NextHopEvents events;
  private final AtomicBoolean isTold = new AtomicBoolean();

  /** It has been sent. */
  public FinalDot(NextHopEvents events) {
    this.events = events;
  }

  /** Nobody waits for the answer any longer. */
  public void unanswered() {
    if (!isTold.getAndSet(true)) {
      events.unanswered();
    }
  }

  /** No answer will come. */
  public void ambiguous() {
    events.ambiguous();
    unanswered();
  }
}
