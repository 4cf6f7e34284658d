package dev.ipauth.relay.onward;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.ipauth.relay.onward.Failure.Kind;
import dev.ipauth.relay.onward.Failure.Stage;
import dev.ipauth.relay.onward.Traffic.Waiting;
import java.time.Duration;
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
 * seconds. What is over waits: a device for a while, and the queue, where nobody waits for it,
 * until it has a place, so that its order is kept. The next is of the account that has least on the
 * way and in the minute; of one account, who came first. Who waits in vain while one account has
 * most of what may be on the way takes the place of its message that is there for longest: a device
 * that sends an octet now and then doesn't hold the next hop for everybody.
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

  /** So long a message that must give way has to do so. */
  private static final Duration TO_GIVE_WAY = Duration.ofSeconds(1);

  private final Pace pace;
  private final Duration timeout;
  private final ScheduledExecutorService timer;
  private final LongSupplier nanoTime;
  private final Map<Lane, Traffic> lanes = new EnumMap<>(Lane.class);
  private @Nullable Long queueAsked;

  /**
   * Lets all in that may go on at once.
   *
   * @param timeout how long a device's message waits that is over
   * @param nanoTime monotonic
   */
  Gate(Pace pace, Duration timeout, ScheduledExecutorService timer, LongSupplier nanoTime) {
    this.pace = pace;
    this.timeout = timeout;
    this.timer = timer;
    this.nanoTime = nanoTime;
    for (Lane lane : Lane.values()) {
      lanes.put(lane, new Traffic());
    }
  }

  /**
   * One beside it, for what needs a bound even where the operator has set none: for so many at
   * once, and for any number where {@code NEXT_HOP_CONNECTIONS} is set.
   */
  public Gate unlessSet(int connections) {
    Pace other = pace.connections() == 0 ? new Pace(connections, 0) : Pace.UNLIMITED;
    return new Gate(other, timeout, timer, nanoTime);
  }

  /**
   * Completes on any thread, or, for a device, fails with {@link NextHopLost} when the timeout is
   * over.
   *
   * @param account whose message it is, null when it is the relay's own
   */
  public CompletionStage<Pass> enter(Lane lane, @Nullable String account) {
    if (pace.equals(Pace.UNLIMITED)) {
      return CompletableFuture.completedStage(Pass.free());
    }
    var pass = new CompletableFuture<Pass>();
    var waiting = new Waiting(account == null ? "" : account, pass, nanoTime.getAsLong());
    synchronized (this) {
      queueAsked = lane == Lane.QUEUE ? (Long) waiting.since() : queueAsked;
      of(lane).await(waiting);
    }
    letIn();
    if (lane == Lane.DEVICES && !pass.isDone()) {
      timer.schedule(() -> hasWaited(lane, waiting), timeout.toNanos(), NANOSECONDS);
    }
    return pass;
  }

  private Traffic of(Lane lane) {
    return Objects.requireNonNull(lanes.get(lane));
  }

  private void hasWaited(Lane lane, Waiting waiting) {
    Pass other = toGiveWay(lane, waiting);
    if (other == null) {
      turnAway(lane, waiting);
    } else {
      timer.schedule(() -> turnAway(lane, waiting), TO_GIVE_WAY.toNanos(), NANOSECONDS);
      other.giveWay(waiting.account());
    }
  }

  /**
   * The queue's messages are no slower than the next hop; a device may hold its place as it likes.
   */
  private synchronized @Nullable Pass toGiveWay(Lane lane, Waiting waiting) {
    return !waiting.pass().isDone() && !hasConnection(lane, nanoTime.getAsLong())
        ? of(lane).toGiveWay(waiting)
        : null;
  }

  private void turnAway(Lane lane, Waiting waiting) {
    synchronized (this) {
      of(lane).waitsNoLonger(waiting);
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
  public void left(Pass pass, boolean counts) {
    synchronized (this) {
      Traffic traffic = of(pass.lane());
      if (counts && pace.perMinute() > 0) {
        traffic.count(pass, nanoTime.getAsLong() + MINUTE);
        timer.schedule(this::letIn, MINUTE, NANOSECONDS);
      } else {
        traffic.end(pass);
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
    lanes.values().forEach(traffic -> traffic.forget(now));
    Lane first = null;
    Waiting next = null;
    for (Lane lane : Lane.values()) {
      Waiting head = of(lane).next();
      boolean earlier = head != null && (next == null || head.since() - next.since() < 0);
      if (earlier && hasConnection(lane, now) && hasMinute(lane, now)) {
        first = lane;
        next = head;
      }
    }
    return next == null || first == null ? null : let(first, next);
  }

  private Runnable let(Lane lane, Waiting waiting) {
    Traffic traffic = of(lane);
    var pass = new Pass(this, lane, waiting.account());
    traffic.waitsNoLonger(waiting);
    traffic.begin(pass);
    return () -> {
      if (!waiting.pass().complete(pass)) {
        pass.leave(); // turned away just now
      }
    };
  }

  private boolean hasConnection(Lane lane, long now) {
    int all = lanes.values().stream().mapToInt(Traffic::onTheWay).sum();
    return isBelow(all, pace.connections(), of(lane).onTheWay(), lane, now);
  }

  private boolean hasMinute(Lane lane, long now) {
    int all = lanes.values().stream().mapToInt(Traffic::inTheMinute).sum();
    return isBelow(all, pace.perMinute(), of(lane).inTheMinute(), lane, now);
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
    return queue.onTheWay() > 0
        || queue.hasWaiting()
        || (queueAsked != null && now - queueAsked < LATELY);
  }
}
