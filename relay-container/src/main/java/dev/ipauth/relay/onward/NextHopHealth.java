package dev.ipauth.relay.onward;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Whether the next hop is held to be down: after two openings, or three final dots that are lost or
 * not answered in time, in a row. Then one probe at a time looks whether it is back, at growing
 * distances. A 4xx to a message is no sign of it: a next hop that talks is there.
 *
 * <p>Thread-safe.
 */
public final class NextHopHealth implements NextHopEvents {
  private static final int OPENINGS = 2;
  private static final int FINAL_DOTS = 3;
  private static final int NO_OUTAGE = 0;
  private static final Duration FIRST_PROBE = Duration.ofSeconds(5);
  private static final Duration LONGEST = Duration.ofMinutes(1);

  /** Hears of what goes on, on whichever thread noticed it; must not block. */
  public interface Listener {
    /** One change after another, in their order; what was taken back meanwhile isn't told. */
    void changed(boolean down);

    /** As {@link NextHopEvents#opened}. */
    default void opened() {}

    /** As {@link NextHopEvents#failed}. */
    default void failed(Failure failure) {}
  }

  private final NextHopEvents events;
  private final ScheduledExecutorService schedule;
  private final Supplier<CompletionStage<Boolean>> probe;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private int openingsFailed;
  private int finalDotsLost;
  private boolean down;

  /** What the listeners were told last, or are being told. */
  private boolean saidDown;

  private boolean isTelling;

  /** How often it went down: the probes of an outage that is over end, though another has begun. */
  private int outages;

  private boolean closed;

  /**
   * @param events hears everything that this does
   * @param probe opens a connection; whether it could, never exceptionally
   */
  NextHopHealth(
      NextHopEvents events,
      ScheduledExecutorService schedule,
      Supplier<CompletionStage<Boolean>> probe) {
    this.events = events;
    this.schedule = schedule;
    this.probe = probe;
  }

  public void listen(Listener listener) {
    listeners.add(listener);
  }

  public synchronized boolean isDown() {
    return down;
  }

  /** What became of the last final dots stays counted: a connection says nothing of them. */
  @Override
  public void opened() {
    events.opened();
    listeners.forEach(Listener::opened);
    if (noteSuccess(false)) {
      tell();
    }
  }

  @Override
  public void reused() {
    events.reused();
  }

  @Override
  public void replaced() {
    events.replaced();
  }

  @Override
  public void answered() {
    events.answered();
    if (noteSuccess(true)) {
      tell();
    }
  }

  @Override
  public void failed(Failure failure) {
    events.failed(failure);
    listeners.forEach(listener -> listener.failed(failure));
    boolean opening = failure.stage().isOpening();
    if (opening && failure.kind() != Failure.Kind.ABANDONED) {
      goDown(noteFailure(1, 0));
    }
  }

  @Override
  public void ambiguous() {
    events.ambiguous();
  }

  @Override
  public void unanswered() {
    events.unanswered();
    goDown(noteFailure(0, 1));
  }

  private synchronized boolean noteSuccess(boolean ofFinalDot) {
    boolean was = down;
    openingsFailed = 0;
    if (was || ofFinalDot) {
      finalDotsLost = 0;
    }
    down = false;
    return was;
  }

  /** Returns the number of the outage that begins with it, {@link #NO_OUTAGE} for none. */
  private synchronized int noteFailure(int opening, int finalDot) {
    openingsFailed += opening;
    finalDotsLost += finalDot;
    boolean goes = !down && (openingsFailed >= OPENINGS || finalDotsLost >= FINAL_DOTS);
    down |= goes;
    outages += goes ? 1 : 0;
    return goes ? outages : NO_OUTAGE;
  }

  private synchronized boolean isStillDown(int outage) {
    return down && !closed && outage == outages;
  }

  /** Probes no more. */
  synchronized void close() {
    closed = true;
  }

  private void goDown(int outage) {
    if (outage == NO_OUTAGE) {
      return;
    }
    tell();
    if (isStillDown(outage)) {
      probeIn(FIRST_PROBE, outage);
    }
  }

  /** Whoever tells already tells what has changed meanwhile, too: two could overtake each other. */
  private void tell() {
    while (beginsToTell()) {
      boolean isDown = saidDown();
      try {
        listeners.forEach(listener -> listener.changed(isDown));
      } finally {
        hasTold();
      }
    }
  }

  private synchronized boolean beginsToTell() {
    boolean begins = !isTelling && saidDown != down;
    if (begins) {
      isTelling = true;
      saidDown = down;
    }
    return begins;
  }

  private synchronized boolean saidDown() {
    return saidDown;
  }

  private synchronized void hasTold() {
    isTelling = false;
  }

  private void probeIn(Duration distance, int outage) {
    schedule.schedule(() -> probe(distance, outage), distance.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void probe(Duration distance, int outage) {
    if (isStillDown(outage)) {
      isBack().thenAccept(back -> probed(back, distance, outage));
    }
  }

  private void probed(boolean back, Duration distance, int outage) {
    if (back) {
      // Where a connection was opened for it, that was told then.
      if (noteSuccess(false)) {
        tell();
      }
    } else if (isStillDown(outage)) {
      probeIn(longer(distance), outage);
    }
  }

  /** A probe that fails by a fault of the relay's own must not be the last one. */
  private CompletionStage<Boolean> isBack() {
    try {
      return probe.get().exceptionally(_ -> false);
    } catch (RuntimeException _) {
      return CompletableFuture.completedStage(false);
    }
  }

  private static Duration longer(Duration distance) {
    Duration twice = distance.multipliedBy(2);
    return twice.compareTo(LONGEST) < 0 ? twice : LONGEST;
  }
}
