package dev.ipauth.relay.wire;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.ipauth.relay.smtp.Event.Reason;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/** When a connection has taken too long. Lives on its event loop. */
final class Deadlines {
  private static final Duration LATER = Duration.ofSeconds(1);
  private static final Duration LOOK_AT_PLACES = Duration.ofSeconds(5);

  private final EventLoop eventLoop;
  private final Timeouts timeouts;
  private final DoubleSupplier taken;
  private final Consumer<Reason> tooLate;
  private final long began = System.nanoTime();
  private @Nullable Future<?> session;
  private @Nullable Future<?> auth;
  private @Nullable Future<?> firstMail;

  /**
   * Nothing is due yet.
   *
   * @param taken the share of all places that is taken, from 0 to 1
   * @param tooLate hears why
   */
  Deadlines(
      EventLoop eventLoop, Timeouts timeouts, DoubleSupplier taken, Consumer<Reason> tooLate) {
    this.eventLoop = eventLoop;
    this.timeouts = timeouts;
    this.taken = taken;
    this.tooLate = tooLate;
  }

  void begin() {
    session = after(timeouts.session(), Reason.SESSION_TOO_LONG);
    awaitMail();
  }

  private Future<?> after(Duration time, Reason reason) {
    return eventLoop.schedule(() -> tooLate.accept(reason), time.toNanos(), NANOSECONDS);
  }

  /** Looks again and again: there is less time when places run short meanwhile. */
  private void awaitMail() {
    Duration all = timeouts.firstMail(taken.getAsDouble());
    long left = all.toNanos() - (System.nanoTime() - began);
    if (left <= 0) {
      firstMail = null;
      tooLate.accept(Reason.NO_MAIL);
    } else {
      long look = Math.min(left, LOOK_AT_PLACES.toNanos());
      firstMail = eventLoop.schedule(this::awaitMail, look, NANOSECONDS);
    }
  }

  /** A MAIL was granted, which is all that was waited for. */
  void mailGranted() {
    firstMail = cancel(firstMail);
  }

  /** An answer within AUTH is awaited; all of one AUTH have one deadline together. */
  void awaitAuthAnswer() {
    if (auth == null) {
      auth = after(timeouts.auth(), Reason.AUTH_TOO_LONG);
    }
  }

  void authEnded() {
    auth = cancel(auth);
  }

  /** It was too late, but something is under way that mustn't be cut off. */
  void soonAgain(Reason reason) {
    var again = after(LATER, reason);
    switch (reason) {
      case SESSION_TOO_LONG -> session = again;
      case AUTH_TOO_LONG -> auth = again;
      default -> firstMail = again;
    }
  }

  /** Nothing is due any more. */
  void cancel() {
    session = cancel(session);
    auth = cancel(auth);
    firstMail = cancel(firstMail);
  }

  private static @Nullable Future<?> cancel(@Nullable Future<?> due) {
    if (due != null) {
      due.cancel(false);
    }
    return null;
  }
}
