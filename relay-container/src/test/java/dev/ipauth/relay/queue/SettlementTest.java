package dev.ipauth.relay.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.queue.AttemptResult.Ended;
import dev.ipauth.relay.queue.AttemptResult.ForRecipient;
import dev.ipauth.relay.queue.AttemptResult.ForRecipient.Delivered;
import dev.ipauth.relay.queue.AttemptResult.ForRecipient.NotNow;
import dev.ipauth.relay.queue.AttemptResult.ForRecipient.RefusedForGood;
import dev.ipauth.relay.queue.Settlement.Circumstances;
import dev.ipauth.relay.queue.Settlement.Rules;
import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Recipient;
import dev.ipauth.tables.QueuedMessage.Recipient.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SettlementTest {
  private static final Rules RULES = new Rules(Duration.ofDays(2), Duration.ofHours(4), 3);
  private static final Duration WAIT = Duration.ofMinutes(2);
  private static final Instant SOON = Messages.TAKEN.plusSeconds(60);
  private static final Instant TOO_LATE = Messages.TAKEN.plus(Duration.ofHours(49));

  private final QueuedMessage two = Messages.to("a@example.net", "b@example.net");

  @Test
  void whatIsDeliveredToAllIsOver() {
    var settled = settle(two, SOON, new Delivered("250 OK"), new Delivered("250 OK"));

    assertTrue(settled.isOver());
    assertEquals(List.of("a@example.net", "b@example.net"), addresses(settled.delivered()));
    assertEquals(List.of(), settled.bounced());
  }

  @Test
  void eachRecipientHasAnOutcomeOfItsOwn() {
    var settled = settle(two, SOON, new RefusedForGood("550 5.1.1 no"), new NotNow("451 later"));

    assertFalse(settled.isOver());
    assertEquals(List.of("a@example.net"), addresses(settled.bounced()));
    assertEquals(List.of("b@example.net"), addresses(settled.next().waiting()));
    assertEquals(2, settled.next().progress().attempts());
    assertEquals(SOON.plus(WAIT), settled.next().progress().due());
    assertEquals(two.version() + 1, settled.next().version());
  }

  @Test
  void whatWasSettledBeforeStaysAsItIs() {
    var once = settle(two, SOON, new Delivered("250 OK"), new NotNow("451 later")).next();

    var twice = settle(once, SOON, new Delivered("250 2.0.0 OK"));

    assertEquals(
        List.of(State.DELIVERED, State.DELIVERED),
        twice.next().recipients().stream().map(Recipient::state).toList());
    assertEquals(List.of("b@example.net"), addresses(twice.delivered()));
  }

  @Test
  void givenUpAfterItsLifetime() {
    var settled = settle(two, TOO_LATE, new NotNow("451 later"), new NotNow("451 later"));

    assertTrue(settled.isOver());
    assertEquals(2, settled.bounced().size());
  }

  @Test
  void neverBeforeThreeAttemptsSinceTheStart() {
    var result =
        result(TOO_LATE, Ended.BY_NEXT_HOP, new NotNow("451 later"), new NotNow("451 later"));
    var settled = Settlement.of(two, result, RULES, new Circumstances(TOO_LATE, WAIT, 2, false));

    assertFalse(settled.isOver());
  }

  @Test
  void whatIsTheOperatorsFaultIsNeverGivenUp() {
    var result =
        result(TOO_LATE, Ended.BY_OPERATOR_FAULT, new NotNow("535 no"), new NotNow("535 no"));
    var settled = Settlement.of(two, result, RULES, new Circumstances(TOO_LATE, WAIT, 9, false));

    assertFalse(settled.isOver());
    assertEquals(List.of(), settled.bounced());
  }

  /** By the relay's own pace or for lack of room: the next hop hasn't failed at it. */
  @ParameterizedTest
  @EnumSource(names = {"HELD_BACK", "HELD_BACK_BY_PACE"})
  void whatTheRelayHoldsBackIsNoAttemptAndNotGivenUp(Ended ended) {
    var result = result(TOO_LATE, ended, new NotNow("451 wait"), new NotNow("451 wait"));
    var settled = Settlement.of(two, result, RULES, new Circumstances(TOO_LATE, WAIT, 9, false));

    assertEquals(2, settled.next().waiting().size());
    assertEquals(two.progress().attempts(), settled.next().progress().attempts());
    assertEquals(
        ended == Ended.HELD_BACK ? TOO_LATE.plus(WAIT) : two.acceptedAt(),
        settled.next().progress().due());
  }

  /** In mid text, say. A report has the attempt's number in its id: the next has to be another. */
  @ParameterizedTest
  @EnumSource(names = {"HELD_BACK", "HELD_BACK_BY_PACE"})
  void whatRefusedSomebodyIsAnAttemptThoughTheOthersAreHeldBack(Ended ended) {
    var result = result(TOO_LATE, ended, new RefusedForGood("550 no"), new NotNow("451 wait"));
    var settled = Settlement.of(two, result, RULES, new Circumstances(TOO_LATE, WAIT, 9, false));

    assertEquals(List.of("a@example.net"), addresses(settled.bounced()));
    assertEquals(List.of("b@example.net"), addresses(settled.next().waiting()));
    assertEquals(two.progress().attempts() + 1, settled.next().progress().attempts());
  }

  @Test
  void nothingBouncesWhileBouncingIsPaused() {
    var result =
        result(TOO_LATE, Ended.BY_NEXT_HOP, new RefusedForGood("550 no"), new NotNow("451 later"));
    var settled = Settlement.of(two, result, RULES, new Circumstances(TOO_LATE, WAIT, 9, true));

    assertEquals(List.of(), settled.bounced());
    assertEquals(2, settled.next().waiting().size());
  }

  @Test
  void aDelayIsReportedOnce() {
    Instant late = Messages.TAKEN.plus(Duration.ofHours(5));
    var first = settle(two, late, new NotNow("451 later"), new NotNow("451 later"));
    var second = settle(first.next(), late, new NotNow("451 later"), new NotNow("451 later"));

    assertEquals(2, first.delayed().size());
    assertEquals(List.of(), second.delayed());
  }

  @Test
  void notifyIsHonoured() {
    var message =
        Messages.message(
            "n1",
            List.of(
                Messages.recipient("never@example.net", "NEVER"),
                Messages.recipient("failure@example.net", "failure,delay"),
                Messages.recipient("success@example.net", "SUCCESS"),
                Messages.recipient("silent@example.net", null)));
    var failed =
        settle(
            message,
            SOON,
            new RefusedForGood("550 no"),
            new RefusedForGood("550 no"),
            new RefusedForGood("550 no"),
            new RefusedForGood("550 no"));

    assertEquals(
        List.of("failure@example.net", "silent@example.net"), addresses(failed.reported()));
  }

  @Test
  void successIsReportedWhereTheNextHopReportsNone() {
    var message =
        Messages.message("n2", List.of(Messages.recipient("success@example.net", "SUCCESS")));
    var silent =
        new AttemptResult(
            List.of(new Delivered("250 OK")), "250 OK", Ended.BY_NEXT_HOP, false, SOON);

    var settled = Settlement.of(message, silent, RULES, new Circumstances(SOON, WAIT, 1, false));

    assertEquals(List.of("success@example.net"), addresses(settled.relayed()));
  }

  private static Settlement settle(QueuedMessage message, Instant now, ForRecipient... results) {
    return Settlement.of(
        message,
        result(now, Ended.BY_NEXT_HOP, results),
        RULES,
        new Circumstances(now, WAIT, 3, false));
  }

  private static AttemptResult result(Instant began, Ended ended, ForRecipient... results) {
    return new AttemptResult(Arrays.asList(results), "a reply", ended, true, began);
  }

  private static List<String> addresses(List<Recipient> recipients) {
    return recipients.stream().map(Recipient::address).toList();
  }
}
