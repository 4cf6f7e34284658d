package dev.ipauth.relay.queue;

import dev.ipauth.relay.onward.Failure;
import dev.ipauth.relay.queue.QueueEvents.Alarm;
import dev.ipauth.relay.queue.Room.Owner;
import dev.ipauth.relay.smtp.Replies;
import dev.ipauth.relay.smtp.Reply;
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
  private static final Duration UNDO_AGAIN = Duration.ofSeconds(5);
  private static final int UNDO_TRIES = 60;

  private final Store store;
  private final QueueTable table;
  private final Room room;
  private final HeldBudget budget;
  private final HeldFiles files;
  private final Settler settler;
  private final Schedule schedule;
  private final Terms terms;
  private final Answers answers;
  private final LeaseWatch.Clocks clocks;
  private final RandomGenerator random;
  private final Executor threads;
  private final BooleanSupplier nextHopIsDown;
  private final UnderWay underWay;
  private final QueueEvents events;
  private final Consumer<Instant> due;

  /**
   * How long the next hop has to answer a final dot.
   *
   * @param endTimeout {@code NEXT_HOP_END_TIMEOUT}: then the device hears that the message is kept
   * @param lease of a message whose final dot isn't answered yet: longer than anybody listens
   */
  record Terms(Duration endTimeout, Duration lease) {}

  Queue(
      Store store,
      QueueTable table,
      Room room,
      HeldBudget budget,
      HeldFiles files,
      Settler settler,
      Schedule schedule,
      Terms terms,
      Answers answers,
      LeaseWatch.Clocks clocks,
      RandomGenerator random,
      Executor threads,
      BooleanSupplier nextHopIsDown,
      UnderWay underWay,
      QueueEvents events,
      Consumer<Instant> due) {
    this.store = store;
    this.table = table;
    this.room = room;
    this.budget = budget;
    this.files = files;
    this.settler = settler;
    this.schedule = schedule;
    this.terms = terms;
    this.answers = answers;
    this.clocks = clocks;
    this.random = random;
    this.threads = threads;
    this.nextHopIsDown = nextHopIsDown;
    this.underWay = underWay;
    this.events = events;
    this.due = due;
  }

  // --- While it passes ---------------------------------------------------------------------------

  HeldText hold(Executor loop) {
    return new HeldText(budget, files, loop);
  }

  boolean nextHopIsDown() {
    return nextHopIsDown.getAsBoolean();
  }

  Answer answer(Reply reply, @Nullable Failure failure) {
    return answers.of(reply, failure);
  }

  Duration endTimeout() {
    return terms.endTimeout();
  }

  /** Reserves room for a message, all that it takes or nothing. */
  boolean reserve(Passing passing, long bytes) {
    long more = bytes - passing.reserved;
    if (more <= 0 || room.reserve(owner(passing), more)) {
      passing.reserved = Math.max(passing.reserved, bytes);
      return true;
    }
    if (room.isFull()) {
      events.alarm(Alarm.QUEUE_FULL, false);
    }
    passing.foundNoRoom = true;
    return false;
  }

  /** Forgets a message that isn't kept, or is kept elsewhere by now. */
  void release(Passing passing) {
    passing.text.close();
    room.giveBack(owner(passing), passing.reserved);
    passing.reserved = 0;
  }

  private static Owner owner(Passing passing) {
    return new Owner(passing.user.accountId(), passing.user.username().text());
  }

  // --- Keeping -----------------------------------------------------------------------------------

  /** Keeps a message with all its recipients: what the device is to hear. */
  CompletionStage<Reply> keep(Passing passing) {
    return onThread(() -> keepNow(passing));
  }

  private <T> CompletionStage<T> onThread(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, threads);
  }

  private Reply keepNow(Passing passing) {
    if (passing.operatorFault) {
      events.alarm(Alarm.OPERATOR_FAULT, false);
    }
    try {
      Instant now = clocks.wall().instant();
      Progress progress = firstProgress(passing, now);
      QueuedMessage row = passing.withAll(progress, now);
      if (!isWritten(passing, row)) {
        return passing.withoutQueue();
      }
      if (progress.attempts() > 0) {
        settler.tried(row);
      }
      return queued(row);
    } finally {
      release(passing);
    }
  }

  /**
   * Keeps a message with those of its recipients that the next hop didn't take, if it can. Nobody
   * tries it before it is known what became of the others.
   */
  CompletionStage<Optional<LeaseWatch>> keepDeferred(Passing passing) {
    return onThread(() -> writeLeased(passing, 1, false));
  }

  private Optional<LeaseWatch> writeLeased(Passing passing, int attempts, boolean all) {
    long nanos = clocks.nanoTime().getAsLong();
    Instant now = clocks.wall().instant();
    var lease = LeaseWatch.lease(now, terms.lease());
    var progress = new Progress(attempts, lease.until(), lease, null, false);
    QueuedMessage row = all ? passing.withAll(progress, now) : passing.withDeferred(progress, now);
    if (!isWritten(passing, row)) {
      return Optional.empty();
    }
    release(passing);
    return Optional.of(listening(row, nanos));
  }

  private LeaseWatch listening(QueuedMessage row, long sinceNanos) {
    LeaseWatch lease = LeaseWatch.written(table, clocks, terms.lease(), row, sinceNanos);
    underWay.begin(lease);
    return lease;
  }

  private boolean isWritten(Passing passing, QueuedMessage row) {
    if (!passing.text.isWhole() || !reserve(passing, passing.text.length())) {
      return false;
    }
    try {
      if (!store.keep(row, passing.text)) {
        return false;
      }
      room.keep(owner(passing), passing.reserved);
      passing.reserved = 0;
      return true;
    } catch (IOException | UncheckedIOException e) {
      events.trouble("A message can't be kept", e);
      return false;
    } catch (SdkException e) {
      events.trouble("A message can't be kept", e);
      undo(row);
      return false;
    }
  }

  private Reply queued(QueuedMessage row) {
    due.accept(row.progress().due());
    return Replies.queued(row.id());
  }

  /** The try while the device waited was the first attempt, if there was one. */
  private Progress firstProgress(Passing passing, Instant now) {
    Reply said = passing.setback;
    return new Progress(
        said == null ? 0 : 1,
        now.plus(schedule.after(1, random)),
        null,
        said == null ? null : said.toString(),
        false);
  }

  /**
   * Removes a row that the device hears isn't there. Perhaps it isn't; where it is and the table
   * can't be reached, this goes on until it can.
   */
  private void undo(QueuedMessage row) {
    threads.execute(
        () -> {
          for (int tries = 0; tries < UNDO_TRIES && !isUndone(row); tries++) {
            try {
              Thread.sleep(UNDO_AGAIN);
            } catch (InterruptedException _) {
              Thread.currentThread().interrupt();
              return;
            }
          }
        });
  }

  private boolean isUndone(QueuedMessage row) {
    try {
      store.forget(row);
      return true;
    } catch (SdkException _) {
      return false;
    }
  }

  // --- When others were taken, or nothing was heard ----------------------------------------------

  /**
   * Settles what the next hop said to the final dot.
   *
   * @param deferred the row of those recipients that it hadn't taken, if there is one
   */
  CompletionStage<Reply> settleAtOnce(
      Passing passing, @Nullable LeaseWatch deferred, Answer answer) {
    return switch (answer) {
      case Answer.Taken(Reply taken) -> {
        release(passing);
        events.alarm(Alarm.OPERATOR_FAULT, true);
        yield deferred == null
            ? CompletableFuture.completedStage(taken)
            : onThread(() -> letGo(deferred, passing.delivered(taken)));
      }
      case Answer.Refused(Reply refused) -> {
        release(passing);
        yield deferred == null
            ? CompletableFuture.completedStage(refused)
            : onThread(() -> dropped(deferred, refused));
      }
      case Answer.NotNow(Reply notNow, boolean _) -> keepAll(passing, deferred, notNow, false);
      case Answer.OperatorFault(Reply fault) -> keepAll(passing, deferred, fault, true);
    };
  }

  /**
   * Those that are kept may be tried from now on. They are kept, whatever becomes of this; and the
   * others are delivered, which no later line would tell.
   */
  private Reply letGo(LeaseWatch deferred, List<Recipient> delivered) {
    QueuedMessage row = deferred.message();
    Instant now = clocks.wall().instant();
    events.delivered(row, delivered, now);
    Instant next = now.plus(schedule.after(1, random));
    try {
      table.move(row, row.moved(row.progress().dueAt(next)));
      settler.tried(row);
      due.accept(next);
    } catch (SdkException e) {
      events.trouble("A message that is kept can't be let go; its lease runs out", e);
    } finally {
      underWay.end(deferred);
    }
    return Replies.queued(row.id());
  }

  /** What was kept is dropped: the device hears that all of it was refused. */
  private Reply dropped(LeaseWatch deferred, Reply refused) {
    underWay.end(deferred);
    undo(deferred.message());
    return refused;
  }

  private CompletionStage<Reply> keepAll(
      Passing passing, @Nullable LeaseWatch deferred, Reply setback, boolean operatorFault) {
    passing.setback = setback;
    passing.operatorFault = operatorFault;
    return deferred == null ? keep(passing) : onThread(() -> widen(passing, deferred));
  }

  private Reply widen(Passing passing, LeaseWatch deferred) {
    release(passing);
    QueuedMessage row = deferred.message();
    QueuedMessage all =
        row.moved(
            passing.withAll(row.progress(), row.acceptedAt()).recipients(),
            firstProgress(passing, clocks.wall().instant()));
    underWay.end(deferred);
    if (isMoved(row, all)) {
      settler.tried(all);
      return queued(all);
    }
    undo(row);
    return passing.withoutQueue();
  }

  private boolean isMoved(QueuedMessage row, QueuedMessage next) {
    try {
      return table.move(row, next);
    } catch (SdkException e) {
      events.trouble("A message can't be kept", e);
      undo(next);
      return false;
    }
  }

  /**
   * Keeps a message whose final dot isn't answered yet, under a lease that lasts longer than the
   * answer is listened for; then what the answer was is settled like any attempt's.
   *
   * @return empty when it can't be kept: then the answer is all there is
   */
  CompletionStage<Optional<Reply>> keepWhileListening(
      Passing passing, @Nullable LeaseWatch deferred, CompletionStage<Answer> said) {
    return onThread(
        () -> {
          Optional<LeaseWatch> kept =
              deferred == null ? writeLeased(passing, 0, true) : widenLeased(passing, deferred);
          kept.ifPresent(
              lease -> said.thenAcceptAsync(answer -> heardLate(lease, answer), threads));
          return kept.map(lease -> Replies.queued(lease.message().id()));
        });
  }

  private Optional<LeaseWatch> widenLeased(Passing passing, LeaseWatch deferred) {
    long nanos = clocks.nanoTime().getAsLong();
    QueuedMessage row = deferred.message();
    var lease = LeaseWatch.lease(clocks.wall().instant(), terms.lease());
    var progress = new Progress(0, lease.until(), lease, null, false);
    QueuedMessage all =
        row.moved(passing.withAll(progress, row.acceptedAt()).recipients(), progress);
    try {
      if (!table.move(row, all)) {
        return Optional.empty();
      }
    } catch (SdkException e) {
      events.trouble("A message can't be kept while its answer is awaited", e);
      return Optional.empty();
    }
    release(passing);
    underWay.end(deferred);
    return Optional.of(listening(all, nanos));
  }

  private void heardLate(LeaseWatch lease, Answer answer) {
    QueuedMessage row = lease.message();
    try {
      settler.settle(row, Attempt.late(row, answer, clocks.wall().instant())).ifPresent(due);
    } catch (SdkException e) {
      events.trouble("What was heard late can't be written; the message is tried again", e);
    } finally {
      underWay.end(lease);
    }
  }
}
