package dev.ipauth.relay.onward;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.ipauth.relay.onward.Failure.Kind;
import dev.ipauth.relay.onward.Failure.Stage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets messages on to the next hop no faster than it takes them: so many at once, so many in any 60
 * seconds. What is over waits for a while, in the order of its coming.
 *
 * <p>While the queue has something to deliver, it has a quarter of both and devices have the rest;
 * else devices have all. A message has its place in the minute from when it is let in until 60
 * seconds after it has gone over, so that no window holds more, whether it is measured at MAIL or
 * at the final dot. One that doesn't go over gives its place back at once.
 *
 * <p>Thread-safe.
 */
public final class Gate implements Pass.Leaving {
  private static final long MINUTE = Duration.ofSeconds(60).toNanos();

  /** The queue has something to deliver when it has asked so lately: its attempts are far apart. */
  private static final long LATELY = Duration.ofMinutes(5).toNanos();

  private final Pace pace;
  private final Duration patience;
  private final ScheduledExecutorService timer;
  private final LongSupplier nanoTime;
  private final Map<Lane, Traffic> lanes = new EnumMap<>(Lane.class);
  private @Nullable Long queueAsked;

  private static final class Traffic {
    int onTheWay;
    final Deque<Long> countedUntil = new ArrayDeque<>();
    final Deque<Waiting> waiting = new ArrayDeque<>();

    int inTheMinute() {
      return onTheWay + countedUntil.size();
    }
  }

  private record Waiting(CompletableFuture<Pass> pass, long since) {}

  /**
   * Lets all in that may go on at once.
   *
   * @param patience how long what is over waits
   * @param nanoTime monotonic
   */
  Gate(Pace pace, Duration patience, ScheduledExecutorService timer, LongSupplier nanoTime) {
    this.pace = pace;
    this.patience = patience;
    this.timer = timer;
    this.nanoTime = nanoTime;
    for (Lane lane : Lane.values()) {
      lanes.put(lane, new Traffic());
    }
  }

  /** Completes on any thread, or fails with {@link NextHopLost} when patience is at its end. */
  public CompletionStage<Pass> enter(Lane lane) {
    if (pace.equals(Pace.UNLIMITED)) {
      return CompletableFuture.completedStage(Pass.free());
    }
    var pass = new CompletableFuture<Pass>();
    var waiting = new Waiting(pass, nanoTime.getAsLong());
    synchronized (this) {
      queueAsked = lane == Lane.QUEUE ? (Long) waiting.since() : queueAsked;
      of(lane).waiting.addLast(waiting);
    }
    letIn();
    if (!pass.isDone()) {
      timer.schedule(() -> turnAway(lane, waiting), patience.toNanos(), NANOSECONDS);
    }
    return pass;
  }

  private Traffic of(Lane lane) {
    return Objects.requireNonNull(lanes.get(lane));
  }

  private void turnAway(Lane lane, Waiting waiting) {
    synchronized (this) {
      of(lane).waiting.remove(waiting);
    }
    waiting.pass().completeExceptionally(new NextHopLost(Stage.MAIL, Kind.PACED, why()));
  }

  private String why() {
    return "no more than "
        + (pace.connections() == 0 ? "any number of" : pace.connections())
        + " connections and "
        + (pace.perMinute() == 0 ? "any number of" : pace.perMinute())
        + " messages a minute go to it (NEXT_HOP_CONNECTIONS, NEXT_HOP_PER_MINUTE)";
  }

  @Override
  public void left(Lane lane, boolean counts) {
    synchronized (this) {
      Traffic traffic = of(lane);
      traffic.onTheWay--;
      if (counts && pace.perMinute() > 0) {
        traffic.countedUntil.addLast(nanoTime.getAsLong() + MINUTE);
        timer.schedule(this::letIn, MINUTE, NANOSECONDS);
      }
    }
    letIn();
  }

  /** Whoever waits and may go on does. */
  private void letIn() {
    for (Runnable next = next(); next != null; next = next()) {
      next.run();
    }
  }

  private synchronized @Nullable Runnable next() {
    long now = nanoTime.getAsLong();
    lanes.values().forEach(traffic -> forget(traffic, now));
    Lane first = null;
    for (Lane lane : Lane.values()) {
      Waiting head = of(lane).waiting.peekFirst();
      if (head != null && hasRoom(lane, now) && (first == null || isBefore(head, first))) {
        first = lane;
      }
    }
    return first == null ? null : let(first);
  }

  private static void forget(Traffic traffic, long now) {
    for (Long end = traffic.countedUntil.peekFirst();
        end != null && end - now <= 0;
        end = traffic.countedUntil.peekFirst()) {
      traffic.countedUntil.removeFirst();
    }
  }

  private boolean isBefore(Waiting one, Lane other) {
    return one.since() - of(other).waiting.getFirst().since() < 0;
  }

  private Runnable let(Lane lane) {
    Traffic traffic = of(lane);
    CompletableFuture<Pass> waiting = traffic.waiting.removeFirst().pass();
    traffic.onTheWay++;
    var pass = new Pass(this, lane);
    return () -> {
      if (!waiting.complete(pass)) {
        pass.leave(); // turned away just now
      }
    };
  }

  private boolean hasRoom(Lane lane, long now) {
    int onTheWay = lanes.values().stream().mapToInt(traffic -> traffic.onTheWay).sum();
    int inTheMinute = lanes.values().stream().mapToInt(Traffic::inTheMinute).sum();
    Traffic own = of(lane);
    return isBelow(onTheWay, pace.connections(), own.onTheWay, lane, now)
        && isBelow(inTheMinute, pace.perMinute(), own.inTheMinute(), lane, now);
  }

  private boolean isBelow(int all, int limit, int ofLane, Lane lane, long now) {
    return limit == 0 || (all < limit && ofLane < share(lane, limit, now));
  }

  /** A quarter, and of less than four it is one; of one alone both have it in turn. */
  private int share(Lane lane, int limit, long now) {
    int quarter = Math.max(1, limit / 4);
    return switch (lane) {
      case QUEUE -> quarter;
      case DEVICES -> hasQueue(now) ? Math.max(1, limit - quarter) : limit;
    };
  }

  private boolean hasQueue(long now) {
    Traffic queue = of(Lane.QUEUE);
    return queue.onTheWay > 0
        || !queue.waiting.isEmpty()
        || (queueAsked != null && now - queueAsked < LATELY);
  }
}
