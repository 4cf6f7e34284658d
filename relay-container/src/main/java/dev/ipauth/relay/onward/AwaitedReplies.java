package dev.ipauth.relay.onward;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.ipauth.relay.onward.Failure.Kind;
import dev.ipauth.relay.onward.Failure.Stage;
import dev.ipauth.relay.smtp.Reply;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The replies that are still to come on one connection, in the order in which they were asked for,
 * and when the first of them is late. Lives on the connection's event loop.
 */
final class AwaitedReplies {
  private final EventLoop eventLoop;
  private final Consumer<Duration> late;
  private final Deque<Awaited> awaited = new ArrayDeque<>();

  /** Rings when the first reply may be late. It isn't moved for each: replies are seldom late. */
  private @Nullable Future<?> alarm;

  private long alarmAt;

  /** A reply that hasn't come. */
  private static final class Awaited {
    final CompletableFuture<Reply> reply = new CompletableFuture<>();
    Stage stage;
    @Nullable Deadline deadline;

    Awaited(Stage stage) {
      this.stage = stage;
    }
  }

  /**
   * When a reply is late.
   *
   * @param at by the event loop's ticker
   */
  private record Deadline(Duration limit, long at) {}

  /**
   * Awaits nothing yet.
   *
   * @param late hears how long a reply was waited for that is late
   */
  AwaitedReplies(EventLoop eventLoop, Consumer<Duration> late) {
    this.eventLoop = eventLoop;
    this.late = late;
  }

  boolean isEmpty() {
    return awaited.isEmpty();
  }

  /** Awaits one more, which may come any time until {@link #boundLast}. */
  CompletableFuture<Reply> add(Stage stage) {
    var awaiting = new Awaited(stage);
    awaited.add(awaiting);
    return awaiting.reply;
  }

  /** Gives the reply that was asked for last its stage, and its deadline. */
  void boundLast(Stage stage, Duration limit) {
    Awaited last = awaited.peekLast();
    if (last != null) {
      long at = now() + limit.toNanos();
      last.stage = stage;
      last.deadline = new Deadline(limit, at);
      ringNoLaterThan(at);
    }
  }

  /** Takes the one that comes next; null when none is awaited. */
  @Nullable CompletableFuture<Reply> poll() {
    Awaited next = awaited.poll();
    return next == null ? null : next.reply;
  }

  /** None of them will come: each hears so, at its own stage. */
  void fail(Kind kind, String why) {
    silence();
    for (Awaited each = awaited.poll(); each != null; each = awaited.poll()) {
      each.reply.completeExceptionally(new NextHopLost(each.stage, kind, why));
    }
  }

  private void ringNoLaterThan(long at) {
    if (alarm != null && alarmAt - at <= 0) {
      return;
    }
    silence();
    alarmAt = at;
    alarm = eventLoop.schedule(this::ring, at - now(), NANOSECONDS);
  }

  private void ring() {
    alarm = null;
    for (Awaited each : awaited) {
      Deadline deadline = each.deadline;
      if (deadline != null && deadline.at() - now() <= 0) {
        late.accept(deadline.limit());
        return;
      }
      if (deadline != null) {
        ringNoLaterThan(deadline.at());
      }
    }
  }

  private long now() {
    return eventLoop.ticker().nanoTime();
  }

  private void silence() {
    if (alarm != null) {
      alarm.cancel(false);
      alarm = null;
    }
  }
}
