package dev.ipauth.relay.queue;

import dev.ipauth.relay.queue.AttemptResult.Ended;
import dev.ipauth.relay.queue.AttemptResult.ForRecipient;
import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Progress;
import dev.ipauth.tables.QueuedMessage.Recipient;
import dev.ipauth.tables.QueuedMessage.Recipient.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What follows from an attempt: how the message stands now, and who is to hear what. Pure: it says
 * what is to be done, and does none of it.
 *
 * @param next the row after the attempt, without its lease
 * @param delivered those that went over in this attempt
 * @param bounced those that are given up by it
 * @param relayed of the delivered, those whose success nobody behind this relay will report
 * @param delayed those that are to be told of as delayed now
 */
record Settlement(
    QueuedMessage next,
    List<Recipient> delivered,
    List<Recipient> bounced,
    List<Recipient> relayed,
    List<Recipient> delayed) {

  /**
   * The rules that time makes.
   *
   * @param lifetime {@code QUEUE_LIFETIME}
   * @param delayNotice {@code QUEUE_DELAY_NOTICE}
   * @param attemptsBeforeGivingUp since the relay's start, so that a machine that was off bounces
   *     nothing untried
   */
  record Rules(Duration lifetime, Duration delayNotice, int attemptsBeforeGivingUp) {}

  /**
   * What the relay knows beside the attempt.
   *
   * @param now when the attempt ended
   * @param waitUntilNext from the schedule
   * @param attemptsSinceStart of this message by this relay's process, this one included
   * @param bouncingPaused whether nothing may be given up now
   */
  record Circumstances(
      Instant now, Duration waitUntilNext, int attemptsSinceStart, boolean bouncingPaused) {}

  /** Settles an attempt. */
  static Settlement of(
      QueuedMessage message, AttemptResult result, Rules rules, Circumstances now) {
    boolean givenUp = isGivenUp(message, result, rules, now);
    var recipients = new ArrayList<Recipient>();
    var delivered = new ArrayList<Recipient>();
    var bounced = new ArrayList<Recipient>();
    var results = result.recipients().iterator();
    for (Recipient recipient : message.recipients()) {
      if (!recipient.isWaiting()) {
        recipients.add(recipient);
        continue;
      }
      Recipient settled = settled(recipient, results.next(), givenUp, now.bouncingPaused());
      recipients.add(settled);
      switch (settled.state()) {
        case DELIVERED -> delivered.add(settled);
        case BOUNCED -> bounced.add(settled);
        case WAITING -> {}
      }
    }
    List<Recipient> waiting = recipients.stream().filter(Recipient::isWaiting).toList();
    boolean late = isLate(message, rules, now) && !waiting.isEmpty();
    var progress =
        new Progress(
            // The ids of reports have its number: those about others would be taken for these.
            message.progress().attempts() + (result.isAttempt() ? 1 : 0),
            due(message, result, now),
            null,
            result.reply(),
            message.progress().delayReported() || late);
    return new Settlement(
        message.moved(recipients, progress),
        List.copyOf(delivered),
        List.copyOf(bounced),
        result.reportsDeliveries() ? List.of() : Report.wanting(Report.Kind.RELAYED, delivered),
        late ? Report.wanting(Report.Kind.DELAYED, waiting) : List.of());
  }

  /**
   * The same where nobody could be told that it takes long.
   *
   * @param before as it was before the attempt
   */
  Settlement withoutNotice(QueuedMessage before) {
    Progress after = next.progress();
    boolean told = before.progress().delayReported();
    var untold =
        new Progress(after.attempts(), after.due(), after.lease(), after.lastReply(), told);
    return new Settlement(
        before.moved(next.recipients(), untold), delivered, bounced, relayed, List.of());
  }

  /** Whether nothing is left to be tried. */
  boolean isOver() {
    return next.waiting().isEmpty();
  }

  /** Those whose bounce is to be reported. */
  List<Recipient> reported() {
    return Report.wanting(Report.Kind.FAILED, bounced);
  }

  private static Recipient settled(
      Recipient recipient, ForRecipient result, boolean givenUp, boolean bouncingPaused) {
    return switch (result) {
      case ForRecipient.Delivered(String reply) -> recipient.now(State.DELIVERED, reply);
      case ForRecipient.RefusedForGood(String reply) ->
          recipient.now(bouncingPaused ? State.WAITING : State.BOUNCED, reply);
      case ForRecipient.NotNow(String reply) ->
          recipient.now(givenUp ? State.BOUNCED : State.WAITING, reply);
    };
  }

  /** What only waits for a place keeps its turn: what was taken first goes first. */
  private static Instant due(QueuedMessage message, AttemptResult result, Circumstances now) {
    Instant taken = message.acceptedAt();
    return switch (result.ended()) {
      case HELD_BACK_BY_PACE -> taken.isBefore(now.now()) ? taken : now.now();
      case BY_NEXT_HOP, BY_OPERATOR_FAULT, HELD_BACK -> now.now().plus(now.waitUntilNext());
    };
  }

  /**
   * What is the operator's fault is never given up while it lasts, and what the relay holds back
   * isn't given up untried.
   */
  private static boolean isGivenUp(
      QueuedMessage message, AttemptResult result, Rules rules, Circumstances now) {
    return result.ended() == Ended.BY_NEXT_HOP
        && !now.bouncingPaused()
        && result.began().isAfter(message.acceptedAt().plus(rules.lifetime()))
        && now.attemptsSinceStart() >= rules.attemptsBeforeGivingUp();
  }

  private static boolean isLate(QueuedMessage message, Rules rules, Circumstances now) {
    return !message.progress().delayReported()
        && !now.now().isBefore(message.acceptedAt().plus(rules.delayNotice()));
  }
}
