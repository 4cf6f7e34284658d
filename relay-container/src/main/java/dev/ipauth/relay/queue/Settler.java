package dev.ipauth.relay.queue;

import dev.ipauth.relay.queue.AttemptResult.ForRecipient;
import dev.ipauth.relay.queue.QueueEvents.Alarm;
import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Recipient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * Carries out what follows from an attempt. Reports are kept before the row says that they were:
 * their ids follow from the message's and the attempt's, so that a crash between the two makes none
 * twice.
 */
final class Settler {
  private final Store store;
  private final QueueTable table;
  private final Reports reports;
  private final Schedule schedule;
  private final Settlement.Rules rules;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final BouncePause pause = new BouncePause();
  private final QueueEvents events;

  /** How often each message was tried since this relay started. */
  private final Map<String, Integer> triedSinceStart = new ConcurrentHashMap<>();

  Settler(
      Store store,
      QueueTable table,
      Reports reports,
      Schedule schedule,
      Settlement.Rules rules,
      InstantSource clock,
      RandomGenerator random,
      QueueEvents events) {
    this.store = store;
    this.table = table;
    this.reports = reports;
    this.schedule = schedule;
    this.rules = rules;
    this.clock = clock;
    this.random = random;
    this.events = events;
  }

  /**
   * Settles an attempt.
   *
   * @return when the message is next due, empty when it is over or somebody else's by now
   */
  Optional<Instant> settle(QueuedMessage leased, AttemptResult result) throws IOException {
    events.alarm(Alarm.OPERATOR_FAULT, !result.operatorFault());
    noticeOutcome(leased, result);
    int tried = triedSinceStart.merge(leased.id(), 1, Integer::sum);
    Instant now = clock.instant();
    Duration wait = schedule.after(leased.progress().attempts() + 1, random);
    var settlement =
        Settlement.of(
            leased, result, rules, new Settlement.Circumstances(now, wait, tried, pause.isOn()));
    boolean reported = report(leased, settlement, now);
    boolean written =
        settlement.isOver() ? store.forget(leased) : table.move(leased, settlement.next());
    if (!written) {
      return Optional.empty();
    }
    tell(settlement, result, reported, now);
    if (settlement.isOver()) {
      triedSinceStart.remove(leased.id());
      return Optional.empty();
    }
    return Optional.of(settlement.next().progress().due());
  }

  private void noticeOutcome(QueuedMessage message, AttemptResult result) {
    String user = message.smtpUser();
    if (user == null) {
      return;
    }
    for (ForRecipient one : result.recipients()) {
      BouncePause.Change change =
          one instanceof ForRecipient.RefusedForGood(String reply)
              ? pause.refused(user, reply.substring(0, Math.min(3, reply.length())))
              : pause.other();
      switch (change) {
        case BEGAN -> events.alarm(Alarm.BOUNCING_PAUSED, false);
        case ENDED -> events.alarm(Alarm.BOUNCING_PAUSED, true);
        case NONE -> {}
      }
    }
  }

  /** Whether a failure is reported to somebody. */
  private boolean report(QueuedMessage leased, Settlement settlement, Instant now)
      throws IOException {
    Instant until = leased.acceptedAt().plus(rules.lifetime());
    reports.make(Report.Kind.RELAYED, leased, settlement.relayed(), now, until);
    reports.make(Report.Kind.DELAYED, leased, settlement.delayed(), now, until);
    return reports.make(Report.Kind.FAILED, leased, settlement.reported(), now, until);
  }

  private void tell(Settlement settlement, AttemptResult result, boolean reported, Instant now) {
    QueuedMessage after = settlement.next();
    if (!settlement.delivered().isEmpty()) {
      events.delivered(after, settlement.delivered(), now);
    }
    if (!settlement.bounced().isEmpty()) {
      events.bounced(after, settlement.bounced(), reported ? after.reportTo() : null);
    }
    List<Recipient> left = after.waiting();
    if (!left.isEmpty()) {
      events.attempt(after, left, result.reply(), after.progress().due());
    }
  }
}
