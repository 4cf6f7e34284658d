package dev.ipauth.relay.queue;

import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Lease;
import dev.ipauth.tables.QueuedMessage.Mark;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Makes messages due before their schedule does. They are due as of when they were taken, so that
 * whatever was taken first goes first.
 *
 * @param schedule of all that waits
 * @param isUnderWay whether this relay is at the message of that id, which isn't moved under its
 *     hands
 * @param dueAt is told that something is due
 */
record OutOfTurn(
    QueueTable table,
    InstantSource clock,
    Schedule schedule,
    Predicate<String> isUnderWay,
    QueueEvents events,
    Consumer<Instant> dueAt) {

  /** The next hop is back: nobody waits for the schedule. */
  void makeAllDue() {
    Instant now = clock.instant();
    bringForward(
        "What is kept can't be brought forward; it is tried by its schedule",
        message ->
            !message.isUnderWay(now)
                && message.progress().due().isAfter(now)
                && !isWaitingForItsHour(message));
  }

  /** A digest is due at its hour's end, whatever the next hop does before. */
  private static boolean isWaitingForItsHour(QueuedMessage message) {
    return message.text().isDigest() && message.progress().due().equals(message.acceptedAt());
  }

  /**
   * Whether it is due later than the schedule makes anything due: by a clock that was set back
   * since, or by another schedule.
   */
  boolean isOutOfReach(QueuedMessage message) {
    Instant now = clock.instant();
    Duration longest = isWaitingForItsHour(message) ? Duration.ofHours(2) : schedule.longest();
    return !message.isUnderWay(now) && message.progress().due().isAfter(now.plus(longest));
  }

  /** What is out of reach would wait until the clock is there again, for years perhaps. */
  void reach() {
    bringForward(
        "What is due too late can't be brought forward; it is looked at again in a minute",
        this::isOutOfReach);
  }

  /** What another process was at that was alone with these texts: it has ended. */
  void takeOver() {
    bringForward(
        "What was under way at the last end can't be taken over; its leases run out",
        message -> isAnotherProcesses(message.progress().lease()));
  }

  /** Devices may be connected by now, and what they left is leased by this process. */
  private static boolean isAnotherProcesses(@Nullable Lease lease) {
    return lease != null && !LeaseWatch.isOwn(lease);
  }

  private void bringForward(String otherwise, Predicate<QueuedMessage> which) {
    Instant now = clock.instant();
    try {
      table.forEachMessage(
          message -> {
            // What was dropped or set aside would lose its mark by a move, and be delivered.
            boolean isFree = message.mark().equals(Mark.NONE) && !isUnderWay.test(message.id());
            if (isFree && which.test(message)) {
              Instant taken = message.acceptedAt();
              Instant due = taken.isBefore(now) ? taken : now;
              table.move(message, message.moved(message.progress().dueAt(due)));
            }
          },
          _ -> {});
      dueAt.accept(now);
    } catch (SdkException e) {
      events.trouble(otherwise, e);
    }
  }
}
