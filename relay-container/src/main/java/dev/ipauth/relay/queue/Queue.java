package dev.ipauth.relay.queue;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.ipauth.relay.onward.Failure;
import dev.ipauth.relay.queue.AttemptResult.Ended;
import dev.ipauth.relay.smtp.Replies;
import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.relay.smtp.Submission;
import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Progress;
import dev.ipauth.tables.QueuedMessage.Recipient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Keeps what passing messages leave behind. Everything that blocks is done on threads of its own,
 * and what is answered comes from them.
 */
final class Queue {
  /** For a device that waits: one try. */
  private static final Future<?> NO_LONGER = CompletableFuture.completedFuture(null);

  private final Store store;
  private final QueueTable table;
  private final Room room;
  private final HeldTexts held;
  private final Settler settler;
  private final Schedule schedule;
  private final Timing timing;
  private final Answers answers;
  private final LeaseWatch.Clocks clocks;
  private final RandomGenerator random;
  private final Executor threads;
  private final DeferredWork deferredWork;
  private final BooleanSupplier nextHopIsDown;
  private final UnderWay underWay;
  private final Reservations reservations;
  private final QueueEvents events;
  private final Consumer<Instant> due;

  /**
   * How long the next hop has to answer a final dot.
   *
   * @param endTimeout {@code NEXT_HOP_END_TIMEOUT}: then the device hears that the message is kept
   * @param lease of a message whose final dot isn't answered yet: longer than anybody listens
   * @param backoff with a table that doesn't answer
   */
  record Timing(Duration endTimeout, Duration lease, Backoff backoff) {}

  Queue(
      Store store,
      QueueTable table,
      Room room,
      HeldTexts held,
      Settler settler,
      Schedule schedule,
      Timing timing,
      Answers answers,
      LeaseWatch.Clocks clocks,
      RandomGenerator random,
      Executor threads,
      DeferredWork deferredWork,
      BooleanSupplier nextHopIsDown,
      UnderWay underWay,
      QueueEvents events,
      Consumer<Instant> due) {
    this.store = store;
    this.table = table;
    this.room = room;
    this.reservations = new Reservations(room, store, events);
    this.held = held;
    this.settler = settler;
    this.schedule = schedule;
    this.timing = timing;
    this.answers = answers;
    this.clocks = clocks;
    this.random = random;
    this.threads = threads;
    this.deferredWork = deferredWork;
    this.nextHopIsDown = nextHopIsDown;
    this.underWay = underWay;
    this.events = events;
    this.due = due;
  }

  // --- While it passes ---------------------------------------------------------------------------

  /** A message begins to pass; this is the event loop of its device. */
  Passing passing(Submission submission, Executor loop) {
    return new Passing(
        submission,
        held.hold(submission.account(), loop),
        new OwnRow(submission.id(), store, table, room));
  }

  boolean nextHopIsDown() {
    return nextHopIsDown.getAsBoolean();
  }

  Verdict verdict(Reply reply, @Nullable Failure failure) {
    return answers.of(reply, failure);
  }

  Duration endTimeout() {
    return timing.endTimeout();
  }

  Reservations reservations() {
    return reservations;
  }

  // --- Keeping -----------------------------------------------------------------------------------

  /** Keeps a message with all its recipients: what the device is to hear. */
  CompletionStage<Reply> keep(Passing passing) {
    return onThread(() -> keepNow(passing));
  }

  private <T> CompletionStage<T> onThread(Supplier<T> work) {
    try {
      return CompletableFuture.supplyAsync(work, threads);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private Reply keepNow(Passing passing) {
    if (passing.ended == Ended.BY_OPERATOR_FAULT) {
      settler.operatorFault().refused();
    }
    try {
      Instant now = clocks.wall().instant();
      Progress progress = passing.firstProgress(now, now.plus(schedule.after(1, random)));
      QueuedMessage row = passing.withAll(progress, now);
      if (!isWritten(passing, row, NO_LONGER)) {
        return notKept(passing);
      }
      if (progress.attempts() > 0) {
        settler.tried(row);
      }
      due.accept(progress.due());
      return Replies.queued(row.id());
    } finally {
      reservations.release(passing);
    }
  }

  /**
   * Keeps a message with those of its recipients that the next hop didn't take, if it can. Nobody
   * tries it before it is known what became of the others.
   */
  CompletionStage<Optional<LeaseWatch>> keepDeferred(Passing passing) {
    return onThread(() -> writeLeased(passing, 1, passing::withDeferred, NO_LONGER));
  }

  private Optional<LeaseWatch> writeLeased(
      Passing passing,
      int attempts,
      BiFunction<Progress, Instant, QueuedMessage> withRecipients,
      Future<?> over) {
    long nanos = clocks.nanoTime().getAsLong();
    Instant now = clocks.wall().instant();
    var lease = LeaseWatch.lease(now, timing.lease());
    QueuedMessage row =
        withRecipients.apply(new Progress(attempts, lease.until(), lease, null, false), now);
    if (!isWritten(passing, row, over)) {
      return Optional.empty();
    }
    reservations.release(passing);
    LeaseWatch leased = LeaseWatch.written(table, clocks, timing.lease(), row, nanos);
    underWay.begin(leased);
    return Optional.of(leased);
  }

  /**
   * @param over done when the outcome isn't waited for any longer
   */
  private boolean isWritten(Passing passing, QueuedMessage row, Future<?> over) {
    try {
      return timing.backoff().until(over, () -> passing.row.write(row, () -> text(passing)));
    } catch (IOException | UncheckedIOException | SdkException e) {
      events.trouble("A message can't be kept", e);
      reservations.cantBeKept(passing, e);
      return false;
    }
  }

  private Optional<Texts.Content> text(Passing passing) {
    boolean isWhole = !deferredWork.isFull() && passing.text.isWhole();
    passing.foundNoRoom |= passing.text.foundNoRoom();
    return isWhole && reservations.reserve(passing, passing.text.length())
        ? Optional.of(passing.text)
        : Optional.empty();
  }

  /** What the device hears of a message that can't be kept, which is forgotten. */
  Reply notKept(Passing passing) {
    return notQueued(passing, passing.withoutQueue());
  }

  // --- When others were taken, or nothing was heard ----------------------------------------------

  /**
   * Settles what the next hop said to the final dot.
   *
   * @param deferred the row of those recipients that it hadn't taken, if there is one
   */
  CompletionStage<Reply> settleAtOnce(
      Passing passing, @Nullable LeaseWatch deferred, Verdict verdict) {
    return deferred == null
        ? settle(passing, null, verdict)
        : onThread(deferred::decided).thenCompose(_ -> settle(passing, deferred, verdict));
  }

  private CompletionStage<Reply> settle(
      Passing passing, @Nullable LeaseWatch deferred, Verdict verdict) {
    return switch (verdict) {
      case Verdict.Taken(Reply taken) -> taken(passing, deferred, taken);
      case Verdict.Refused(Reply refused) ->
          deferred == null
              ? CompletableFuture.completedStage(notQueued(passing, refused))
              : onThread(() -> refused(passing, deferred, refused));
      case Verdict.NotNow _, Verdict.HeldBack _, Verdict.OperatorFault _ ->
          keepAll(passing, deferred, verdict);
    };
  }

  /**
   * What the device hears is the next hop's: none of it is in the queue, or not for long. Perhaps
   * it never was; where it is and the table can't be reached, its removal goes on until it can, or
   * the process ends. Until then the text takes the room that was reserved for it.
   */
  private Reply notQueued(Passing passing, Reply heard) {
    if (passing.row.mayBeThere()) {
      deferredWork.add(passing.submission.id(), passing.recipients(), takeBack(passing));
    }
    reservations.release(passing);
    return heard;
  }

  private Runnable takeBack(Passing passing) {
    OwnRow row = passing.row;
    Room.Owner owner = passing.owner();
    long reserved = passing.takeReserved();
    return () -> {
      row.remove(clocks.wall().instant());
      room.giveBack(owner, reserved);
    };
  }

  /** What was kept for others is gone before the device hears: then no crash brings it back. */
  private Reply refused(Passing passing, LeaseWatch deferred, Reply refused) {
    deferredWork.nowOrLater(passing.submission.id(), passing.recipients(), takeBack(passing));
    reservations.release(passing);
    underWay.end(deferred);
    return refused;
  }

  /** A report that is wanted is kept before the device hears: after a crash it sends again. */
  private CompletionStage<Reply> taken(
      Passing passing, @Nullable LeaseWatch deferred, Reply taken) {
    settler.operatorFault().delivered();
    endPause();
    List<Recipient> relayed = passing.relayed(taken);
    if (deferred == null && relayed.isEmpty()) {
      return CompletableFuture.completedStage(notQueued(passing, taken));
    }
    CompletionStage<Reply> settled =
        onThread(
            () -> {
              reportRelayed(passing, relayed, deferred != null);
              return deferred == null
                  ? notQueued(passing, taken)
                  : letGo(passing, deferred, passing.delivered(taken));
            });
    underWay.during(passing.submission.id(), settled);
    Reply heard = deferred == null ? taken : Replies.queued(deferred.message().id());
    return relayed.isEmpty()
        ? CompletableFuture.completedStage(heard)
        : settled
            .handle((_, _) -> heard)
            .toCompletableFuture()
            .completeOnTimeout(heard, timing.endTimeout().toNanos(), NANOSECONDS);
  }

  /** Nobody waits for it. */
  private void endPause() {
    if (settler.pause().isOn()) {
      var _ =
          onThread(
              () -> {
                settler.pause().other();
                return true;
              });
    }
  }

  /**
   * The relay offered DSN, and the next hop doesn't (RFC 3461 section 5.2.2).
   *
   * @param isKept whether the text is kept for others of the message's recipients
   */
  private void reportRelayed(Passing passing, List<Recipient> relayed, boolean isKept) {
    QueuedMessage about = passing.untried(clocks.wall().instant());
    settler.relayed(about, relayed, () -> isKept ? store.open(about) : passing.text.openIfWhole());
  }

  private void end(@Nullable LeaseWatch deferred) {
    if (deferred != null) {
      underWay.end(deferred);
    }
  }

  /**
   * Those that are kept may be tried from now on; they are kept, whatever becomes of this. The
   * others are delivered, which no later line would tell.
   */
  private Reply letGo(Passing passing, LeaseWatch deferred, List<Recipient> delivered) {
    reservations.release(passing);
    Instant now = clocks.wall().instant();
    passing.answered.thenRun(() -> events.delivered(deferred.message(), delivered, now));
    Instant next = now.plus(schedule.after(1, random));
    QueuedMessage row = passing.withDeferred(deferred.message().progress().dueAt(next), now);
    Runnable work =
        () -> {
          if (passing.row.move(row)) {
            settler.tried(row);
            due.accept(next);
          }
          underWay.end(deferred);
        };
    deferredWork.nowOrLater(row.id(), passing.recipients(), work);
    return Replies.queued(row.id());
  }

  private CompletionStage<Reply> keepAll(
      Passing passing, @Nullable LeaseWatch deferred, Verdict verdict) {
    passing.setback(verdict);
    return onThread(
        () -> {
          try {
            return keepNow(passing);
          } finally {
            end(deferred);
          }
        });
  }

  /**
   * Keeps a message whose final dot isn't answered yet, under a lease that lasts longer than the
   * answer is listened for; then what the answer was is settled like any attempt's.
   *
   * @return empty when it can't be kept, or isn't known to be before there is an answer: then the
   *     answer is to be settled at once
   */
  CompletionStage<Optional<Reply>> keepWhileListening(
      Passing passing, @Nullable LeaseWatch deferred, CompletionStage<Verdict> said) {
    return onThread(
        () -> {
          Optional<LeaseWatch> kept =
              writeLeased(passing, 0, passing::withAll, said.toCompletableFuture());
          kept.ifPresent(
              lease -> {
                end(deferred);
                said.thenAcceptAsync(
                    verdict -> heardLate(lease, verdict, passing.reportsDeliveries), threads);
              });
          return kept.map(lease -> Replies.queued(lease.message().id()));
        });
  }

  private void heardLate(LeaseWatch lease, Verdict verdict, boolean reportsDeliveries) {
    QueuedMessage row = lease.message();
    Instant now = clocks.wall().instant();
    try {
      settler.settle(lease, Attempt.late(row, verdict, reportsDeliveries, now)).ifPresent(due);
    } finally {
      underWay.end(lease);
    }
  }
}
