package dev.ipauth.relay.queue;

import dev.ipauth.relay.onward.Delivery;
import dev.ipauth.relay.onward.Failure;
import dev.ipauth.relay.queue.QueueEvents.Alarm;
import dev.ipauth.relay.queue.Room.Owner;
import dev.ipauth.relay.smtp.Replies;
import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Lease;
import dev.ipauth.tables.QueuedMessage.Progress;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Keeps what passing messages leave behind. Everything that blocks is done on threads of its own;
 * what it answers is for the event loop of whoever asked.
 */
final class Queue {
  private final Store store;
  private final QueueTable table;
  private final Room room;
  private final HeldBudget budget;
  private final HeldFiles files;
  private final Settler settler;
  private final Schedule schedule;
  private final Terms terms;
  private final Answers answers;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Executor threads;
  private final BooleanSupplier nextHopIsDown;
  private final QueueEvents events;
  private final Consumer<Instant> due;

  /**
   * How long the next hop has to answer a final dot.
   *
   * @param endTimeout {@code NEXT_HOP_END_TIMEOUT}: then the device hears that the message is kept
   * @param listening how long the relay goes on listening for the answer all the same
   */
  record Terms(Duration endTimeout, Duration listening) {}

  /** A message whose row is written. */
  record Kept(QueuedMessage row) {}

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
      InstantSource clock,
      RandomGenerator random,
      Executor threads,
      BooleanSupplier nextHopIsDown,
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
    this.clock = clock;
    this.random = random;
    this.threads = threads;
    this.nextHopIsDown = nextHopIsDown;
    this.events = events;
    this.due = due;
  }

  // --- While it passes ---------------------------------------------------------------------------

  HeldText hold() {
    return new HeldText(budget, files);
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
    return false;
  }

  /** Forgets a message that isn't kept. */
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
    if (!isRoomFor(passing)) {
      return CompletableFuture.completedStage(
          passing.text.isWhole() ? Replies.QUEUE_FULL : withoutQueue(passing));
    }
    if (passing.operatorFault) {
      events.alarm(Alarm.OPERATOR_FAULT, false);
    }
    Instant now = clock.instant();
    QueuedMessage row = passing.withAll(firstProgress(passing, now), now);
    return CompletableFuture.supplyAsync(
        () -> write(passing, row) ? queued(row) : withoutQueue(passing), threads);
  }

  /**
   * Keeps a message with those of its recipients that the next hop didn't take; null if it can't.
   */
  CompletionStage<@Nullable Kept> keepDeferred(Passing passing) {
    if (!passing.text.isWhole() || !reserve(passing, passing.text.length())) {
      return CompletableFuture.completedStage(null);
    }
    Instant now = clock.instant();
    // Nobody tries it before it is known what became of the others.
    Instant until = now.plus(terms.listening());
    var lease = new Lease(UUID.randomUUID().toString(), until);
    QueuedMessage row = passing.withDeferred(new Progress(1, until, lease, null, false), now);
    return CompletableFuture.supplyAsync(() -> write(passing, row) ? new Kept(row) : null, threads);
  }

  private boolean write(Passing passing, QueuedMessage row) {
    try {
      if (!store.keep(row, passing.text)) {
        return false;
      }
      room.keep(owner(passing), passing.reserved);
      passing.reserved = 0;
      return true;
    } catch (IOException | SdkException e) {
      events.trouble("A message can't be kept", e);
      return false;
    } finally {
      release(passing);
    }
  }

  private Reply queued(QueuedMessage row) {
    due.accept(row.progress().due());
    return Replies.queued(row.id());
  }

  private static Reply withoutQueue(Passing passing) {
    return passing.setback == null ? Replies.NEXT_HOP_FAILED : passing.setback;
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

  // --- When others were taken, or nothing was heard ----------------------------------------------

  /**
   * Settles what the next hop said to the final dot.
   *
   * @param deferred the row of those recipients that it hadn't taken, if there is one
   */
  CompletionStage<Reply> settleAtOnce(Passing passing, @Nullable Kept deferred, Answer answer) {
    return switch (answer) {
      case Answer.Taken(Reply taken) -> {
        release(passing);
        yield deferred == null
            ? CompletableFuture.completedStage(taken)
            : CompletableFuture.supplyAsync(() -> letGo(deferred.row()), threads);
      }
      case Answer.Refused(Reply refused) -> {
        release(passing);
        yield deferred == null
            ? CompletableFuture.completedStage(refused)
            : CompletableFuture.supplyAsync(() -> dropped(deferred.row(), refused), threads);
      }
      case Answer.NotNow(Reply notNow, boolean _) -> keepAll(passing, deferred, notNow, false);
      case Answer.OperatorFault(Reply fault) -> keepAll(passing, deferred, fault, true);
    };
  }

  /** Those that are kept may be tried from now on. */
  private Reply letGo(QueuedMessage row) {
    Instant next = clock.instant().plus(schedule.after(1, random));
    if (!table.move(row, row.moved(new Progress(1, next, null, null, false)))) {
      throw new IllegalStateException("Somebody else has the message " + row.id());
    }
    return queued(row);
  }

  /** What was kept is dropped: the device hears that all of it was refused. */
  private Reply dropped(QueuedMessage row, Reply refused) {
    store.forget(row);
    return refused;
  }

  private CompletionStage<Reply> keepAll(
      Passing passing, @Nullable Kept deferred, Reply setback, boolean operatorFault) {
    passing.setback = setback;
    passing.operatorFault = operatorFault;
    if (deferred == null) {
      return keep(passing);
    }
    release(passing);
    return CompletableFuture.supplyAsync(
        () -> {
          QueuedMessage row = deferred.row();
          QueuedMessage all =
              row.moved(
                  passing.withAll(row.progress(), row.acceptedAt()).recipients(),
                  firstProgress(passing, clock.instant()));
          return table.move(row, all) ? queued(all) : setback;
        },
        threads);
  }

  /**
   * Keeps a message whose final dot isn't answered yet, under a lease that lasts as long as the
   * answer is listened for; then what the answer was is settled like any attempt's.
   */
  CompletionStage<Reply> keepWhileListening(
      Passing passing, @Nullable Kept deferred, CompletionStage<Reply> said, Delivery delivery) {
    Instant now = clock.instant();
    Instant until = now.plus(terms.listening());
    var lease = new Lease(UUID.randomUUID().toString(), until);
    var progress = new Progress(0, until, lease, null, false);
    QueuedMessage all = passing.withAll(progress, now);
    return CompletableFuture.supplyAsync(() -> writeLeased(passing, deferred, all), threads)
        .thenApply(
            row -> {
              if (row == null) {
                return withoutQueue(passing);
              }
              said.whenCompleteAsync((reply, _) -> heardLate(row, reply, delivery), threads);
              return Replies.queued(row.id());
            });
  }

  private @Nullable QueuedMessage writeLeased(
      Passing passing, @Nullable Kept deferred, QueuedMessage all) {
    if (deferred == null) {
      return isRoomFor(passing) && write(passing, all) ? all : null;
    }
    release(passing);
    QueuedMessage row = deferred.row();
    QueuedMessage wider = row.moved(all.recipients(), all.progress());
    return table.move(row, wider) ? wider : null;
  }

  private boolean isRoomFor(Passing passing) {
    boolean room = passing.text.isWhole() && reserve(passing, passing.text.length());
    if (!room) {
      release(passing);
    }
    return room;
  }

  private void heardLate(QueuedMessage row, Reply reply, Delivery delivery) {
    Answer answer = answers.of(reply, delivery.failure());
    try {
      settler.settle(row, Attempt.late(row, answer, clock.instant())).ifPresent(due);
    } catch (IOException | SdkException e) {
      events.trouble("What was heard late can't be written; the message is tried again", e);
    }
  }
}
