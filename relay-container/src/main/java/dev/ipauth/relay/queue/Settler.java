package dev.ipauth.relay.queue;

import dev.ipauth.relay.fault.Cause;
import dev.ipauth.relay.queue.AttemptResult.ForRecipient;
import dev.ipauth.tables.QueueRows;
import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Recipient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Carries out what follows from an attempt. Reports are kept before the row says that they were:
 * their ids follow from the message's and the attempt's, so that a crash between the two makes none
 * twice.
 */
final class Settler {
  /** Of a report that can't be kept yet: with as many of them as may wait, 8 MB. */
  private static final int MOST_OF_HEADER_LATER = 1 << 13;

  private final Store store;
  private final QueueTable table;
  private final Reports reports;
  private final Schedule schedule;
  private final Settlement.Rules rules;
  private final Backoff backoff;
  private final DeferredWork deferredWork;
  private final DeferredWork reportsLater;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final NotedPause pause;
  private final OperatorFault operatorFault;
  private final QueueEvents events;

  /** How often each message was tried since this relay started. */
  private final Map<String, Integer> triedSinceStart = new ConcurrentHashMap<>();

  Settler(
      Store store,
      QueueTable table,
      Reports reports,
      Schedule schedule,
      Settlement.Rules rules,
      Backoff backoff,
      DeferredWork deferredWork,
      InstantSource clock,
      RandomGenerator random,
      QueueEvents events) {
    this.store = store;
    this.table = table;
    this.reports = reports;
    this.schedule = schedule;
    this.rules = rules;
    this.backoff = backoff;
    this.deferredWork = deferredWork;
    this.reportsLater = deferredWork.another();
    this.clock = clock;
    this.random = random;
    this.events = events;
    this.pause = new NotedPause(store, events);
    this.operatorFault = new OperatorFault(events);
  }

  /** Which a message that passes while its device waits ends, too. */
  NotedPause pause() {
    return pause;
  }

  /** The alarm, which a message that passes begins and ends, too. */
  OperatorFault operatorFault() {
    return operatorFault;
  }

  /** Notes an attempt that was made elsewhere: the one while the device waited. */
  void tried(QueuedMessage message) {
    triedSinceStart.merge(message.id(), 1, Integer::sum);
  }

  /** The messages that were tried and not settled for good, as far as this relay knows. */
  Set<String> tried() {
    return new HashSet<>(triedSinceStart.keySet());
  }

  /** Forgets attempts at messages that are no more. */
  void forget(Set<String> gone) {
    triedSinceStart.keySet().removeAll(gone);
  }

  /**
   * Puts a message off whose text can't be read now. That isn't an attempt: the next hop has
   * nothing to do with it.
   *
   * @return when it is next due; empty when it is somebody else's by now
   * @throws Deliverer.SetAside when its lifetime is over, and other texts can be read
   */
  Optional<Instant> putOff(LeaseWatch lease, IOException why) throws Deliverer.SetAside {
    QueuedMessage leased = lease.decided();
    Instant now = clock.instant();
    if (now.isAfter(until(leased)) && store.canBeRead()) {
      throw new Deliverer.SetAside("its text can't be read: " + Cause.inWords(why));
    }
    events.trouble("A text can't be read now; its message is tried again", why);
    int attempts = Math.max(1, leased.progress().attempts());
    Instant due = now.plus(schedule.after(attempts, random));
    boolean isPutOff = table.move(leased, leased.moved(leased.progress().dueAt(due)));
    return isPutOff ? Optional.of(due) : Optional.empty();
  }

  /**
   * Settles an attempt that was made under a lease. Where the table stays away for longer than the
   * lease lasts, it goes on when it is back: what came of the attempt is known here and nowhere
   * else, and until it is written this relay doesn't take the message up.
   *
   * @return when the message is next due; empty when it is over, somebody else's by now, or not
   *     written yet
   */
  Optional<Instant> settle(LeaseWatch lease, AttemptResult result) {
    return nowOrLater(lease.message(), lease::decided, leased -> settle(leased, result));
  }

  /**
   * Settles an attempt.
   *
   * @return when the message is next due; empty when it is over, somebody else's by now, or not
   *     written yet
   */
  Optional<Instant> settle(QueuedMessage leased, AttemptResult result) {
    if (result.isAttempt()) {
      tried(leased);
    }
    if (result.operatorFault()) {
      operatorFault.refused();
    } else if (result.hasDelivered()) {
      operatorFault.delivered();
    }
    boolean isPaused = pause.isOn() && (leased.smtpUser() == null || !isAnotherOutcome(result));
    Instant now = clock.instant();
    Settlement wanted = settlement(leased, result, now, isPaused);
    boolean reported;
    Settlement settlement;
    try {
      // Its ids are the attempt's: what was kept though the answer was lost isn't kept twice.
      reported = backoff.until(leaseEnd(leased), () -> report(leased, wanted, now));
      settlement = delayTold(leased, wanted, now);
    } catch (IOException | SdkException | QueueRows.DamagedRow e) {
      // What is delivered is delivered; what can't be told of is tried again, and told of then.
      events.trouble("A report can't be kept; what it is about stays in the queue", e);
      reported = false;
      settlement = settlement(leased, result, now, true).withoutNotice(leased);
    } catch (RuntimeException e) {
      // Another try would fail at the same, and the message would stay for ever.
      events.trouble("A report can't be made; nobody is told", e);
      reported = false;
      settlement = wanted;
    }
    var outcome = new Outcome(leased, settlement, result, reported, now);
    return nowOrLater(
        leased,
        () -> isWritten(outcome),
        isWritten -> isWritten ? written(outcome) : Optional.empty());
  }

  /** What an attempt came to, which is yet to be written. */
  private record Outcome(
      QueuedMessage leased,
      Settlement settlement,
      AttemptResult result,
      boolean reported,
      Instant now) {}

  private boolean isWritten(Outcome outcome) {
    QueuedMessage leased = outcome.leased();
    Settlement settlement = outcome.settlement();
    return settlement.isOver() ? store.forget(leased) : table.move(leased, settlement.next());
  }

  private Optional<Instant> written(Outcome outcome) {
    Settlement settlement = outcome.settlement();
    noticeOutcome(outcome.leased(), settlement, outcome.result());
    tell(settlement, outcome.result(), outcome.reported(), outcome.now());
    if (settlement.isOver()) {
      triedSinceStart.remove(outcome.leased().id());
      return Optional.empty();
    }
    return Optional.of(settlement.next().progress().due());
  }

  /**
   * Asks the table while the lease lasts, and from then on whenever it may be back.
   *
   * @param then what follows from the table's answer
   */
  private <T> Optional<Instant> nowOrLater(
      QueuedMessage leased, Supplier<T> ask, Function<T, Optional<Instant>> then) {
    T answer;
    try {
      answer = backoff.until(leaseEnd(leased), ask::get);
    } catch (SdkException e) {
      events.trouble("What came of an attempt can't be written yet", e);
      deferredWork.add(
          leased.id(),
          leased.recipients().size(),
          () -> {
            var _ = then.apply(ask.get());
          });
      return Optional.empty();
    }
    return then.apply(answer);
  }

  private BooleanSupplier leaseEnd(QueuedMessage leased) {
    QueuedMessage.Lease lease = leased.progress().lease();
    return lease == null ? Backoff.ONE_TRY : () -> !clock.instant().isBefore(lease.until());
  }

  private Settlement settlement(
      QueuedMessage leased, AttemptResult result, Instant now, boolean bouncesNothing) {
    Duration wait = schedule.after(leased.progress().attempts() + 1, random);
    int tried = triedSinceStart.getOrDefault(leased.id(), 1);
    return Settlement.of(
        leased, result, rules, new Settlement.Circumstances(now, wait, tried, bouncesNothing));
  }

  /** Whether an attempt ends a pause: it came to something else than what began it. */
  private boolean isAnotherOutcome(AttemptResult result) {
    return result.recipients().stream()
        .anyMatch(
            one ->
                switch (one) {
                  case ForRecipient.RefusedForGood(String reply) -> !pause.isFor(code(reply));
                  case ForRecipient.Delivered _ -> true;
                  case ForRecipient.NotNow _ -> !result.ended().isHeldBack();
                });
  }

  private static String code(@Nullable String reply) {
    return reply == null ? "" : reply.substring(0, Math.min(3, reply.length()));
  }

  private void noticeOutcome(QueuedMessage message, Settlement settlement, AttemptResult result) {
    String user = message.smtpUser();
    if (user == null) {
      return;
    }
    if (isAnotherOutcome(result) && settlement.bounced().isEmpty()) {
      pause.other();
    }
    for (Recipient bounced : settlement.bounced()) {
      pause.bounced(user, code(bounced.reply()));
    }
  }

  /** Whether a failure is reported to somebody. */
  private boolean report(QueuedMessage leased, Settlement settlement, Instant now)
      throws IOException {
    Instant until = until(leased);
    reports.make(Report.Kind.RELAYED, leased, settlement.relayed(), now, until);
    return reports.make(Report.Kind.FAILED, leased, settlement.reported(), now, until);
  }

  /** A notice that can't be kept now is made after the next attempt. */
  private Settlement delayTold(QueuedMessage leased, Settlement settlement, Instant now) {
    Instant until = until(leased);
    Instant next = settlement.next().progress().due();
    try {
      // A machine that was off for a week goes on beyond a lifetime that is over.
      reports.make(
          Report.Kind.DELAYED,
          leased,
          settlement.delayed(),
          now,
          until.isAfter(next) ? until : next);
      return settlement;
    } catch (IOException | SdkException | QueueRows.DamagedRow e) {
      events.trouble("That a message takes long can't be told yet", e);
      return settlement.withoutNotice(leased);
    }
  }

  private Instant until(QueuedMessage message) {
    return message.acceptedAt().plus(rules.lifetime());
  }

  /**
   * Reports that a next hop without DSN took a message while its device waited. Where the report
   * can't be kept now, it is when it can, as long as this process lives.
   *
   * @param taken those that wanted to hear of it
   * @param text of the message, which isn't there for longer than this call
   */
  void relayed(QueuedMessage about, List<Recipient> taken, Reports.Source text) {
    try {
      byte[] header = Reports.rawHeader(text);
      reportOrLater(about, taken, header, clock.instant());
    } catch (IOException | RuntimeException e) {
      events.trouble("That a message was handed on can't be reported", e);
    }
  }

  private void reportOrLater(
      QueuedMessage about, List<Recipient> taken, byte[] header, Instant now) {
    try {
      reportRelayed(about, taken, header, now);
    } catch (SdkException | UncheckedIOException e) {
      if (reportsLater.isFull()) {
        throw e;
      }
      events.trouble("That a message was handed on can't be reported yet", e);
      byte[] beginning = Arrays.copyOf(header, Math.min(header.length, MOST_OF_HEADER_LATER));
      reportsLater.add(
          about.id(),
          about.recipients().size(),
          () -> reportRelayed(about, taken, beginning, clock.instant()));
    }
  }

  private void reportRelayed(
      QueuedMessage about, List<Recipient> taken, byte[] header, Instant now) {
    try {
      reports.make(
          Report.Kind.RELAYED,
          about,
          taken,
          now,
          until(about),
          () -> new ByteArrayInputStream(header));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
    if (!left.isEmpty() && result.isAttempt()) {
      events.attempt(after, left, result.reply(), after.progress().due());
    }
  }
}
