package dev.ipauth.relay.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.tables.QueueDrop.By;
import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OutOfTurnTest {
  private static final Instant NOW = Messages.TAKEN.plus(Duration.ofHours(1));
  private static final Lease ENDED = new Lease("a process that ended/1", NOW.plusSeconds(600));

  private static final Schedule SCHEDULE =
      new Schedule(List.of(Duration.ofMinutes(1), Duration.ofHours(2)));

  private final FakeQueueTable table = new FakeQueueTable();
  private final RecordedEvents events = new RecordedEvents();
  private final Set<String> underWay = new HashSet<>();
  private final List<Instant> said = new ArrayList<>();
  private final OutOfTurn outOfTurn =
      new OutOfTurn(table, () -> NOW, SCHEDULE, underWay::contains, events, said::add);

  @Test
  void theNextHopIsBackAndAllThatWaitsIsDueByItsAge() {
    keep("waits", NOW.plusSeconds(7200), null);

    outOfTurn.makeAllDue();

    assertEquals(Messages.TAKEN, row("waits").progress().due());
    assertEquals(List.of(NOW), said);
  }

  @Test
  void whatSomebodyIsAtIsLeftToThem() {
    keep("here", NOW.plusSeconds(900), null);
    underWay.add("here");
    keep("elsewhere", NOW.plusSeconds(900), ENDED);
    keep("due", NOW, null);
    var before = List.of(row("here"), row("elsewhere"), row("due"));

    outOfTurn.makeAllDue();

    assertEquals(before, List.of(row("here"), row("elsewhere"), row("due")));
  }

  /** Taken while the clock was a year ahead. */
  @Test
  void whatTheClockLeftOutOfReachWhenItWasSetBackIsDue() {
    Instant aYearOn = NOW.plus(Duration.ofDays(365));
    keep("out of reach", aYearOn, null);
    keep("by the schedule", NOW.plus(Duration.ofMinutes(132)), null);
    keep("leased", aYearOn, new Lease("another/1", aYearOn));
    QueuedMessage byTheSchedule = row("by the schedule");
    QueuedMessage leased = row("leased");
    assertTrue(outOfTurn.isOutOfReach(row("out of reach")));
    assertFalse(outOfTurn.isOutOfReach(byTheSchedule));
    assertFalse(outOfTurn.isOutOfReach(leased));

    outOfTurn.reach();

    assertFalse(row("out of reach").progress().due().isAfter(NOW));
    assertEquals(byTheSchedule, row("by the schedule"));
    assertEquals(leased, row("leased"));
    assertEquals(List.of(NOW), said);
  }

  /** However short the schedule is, and whatever the next hop does meanwhile. */
  @Test
  void aDigestWaitsForItsHoursEndUnlessThatIsOutOfReach() {
    QueuedMessage waits = keepDigest("waits", NOW.plus(Duration.ofMinutes(59)));
    QueuedMessage tried = keepDigest("tried", NOW.minusSeconds(60));
    assertTrue(table.move(tried, tried.moved(tried.progress().dueAt(NOW.plusSeconds(60)))));
    QueuedMessage outOfReach = keepDigest("outOfReach", NOW.plus(Duration.ofDays(365)));
    var shortly =
        new OutOfTurn(
            table,
            () -> NOW,
            new Schedule(List.of(Duration.ofSeconds(1))),
            underWay::contains,
            events,
            said::add);
    assertTrue(shortly.isOutOfReach(outOfReach));

    shortly.makeAllDue();
    shortly.reach();

    assertEquals(waits, row("waits"));
    assertFalse(row("tried").progress().due().isAfter(NOW));
    assertEquals(NOW, row("outOfReach").progress().due());
  }

  private QueuedMessage keepDigest(String id, Instant hourEnds) {
    QueuedMessage message =
        Messages.message(id, List.of(Messages.recipient("it@x", null)), hourEnds)
            .withDigest(
                Messages.to("it@example.com").recipients(),
                new QueuedMessage.Text(1, 0, List.of("a report")));
    QueuedMessage digest = message.moved(message.progress().dueAt(hourEnds));
    assertTrue(table.put(digest));
    return digest;
  }

  @Test
  void whatWasUnderWayWhenTheLastProcessEndedIsTakenOver() {
    keep("leased", NOW.plusSeconds(900), ENDED);
    keep("waits", NOW.plusSeconds(900), null);
    QueuedMessage waits = row("waits");

    outOfTurn.takeOver();

    assertFalse(row("leased").isUnderWay(NOW));
    assertEquals(Messages.TAKEN, row("leased").progress().due());
    assertEquals(waits, row("waits"), "its schedule holds");
  }

  /** A device may be quicker than the taking over, and its answer still be listened for. */
  @Test
  void whatThisProcessLeasedMeanwhileIsNotTakenOver() {
    keep("ours", NOW.plusSeconds(900), LeaseWatch.lease(NOW, Duration.ofMinutes(12)));
    QueuedMessage before = row("ours");

    outOfTurn.takeOver();

    assertEquals(before, row("ours"));
  }

  /** A move would take away the mark, and it would be delivered after all. */
  @Test
  void whatWasDroppedOrSetAsideStaysSo() {
    keep("dropped", NOW.minusSeconds(1), null);
    table.drop("dropped", By.ACCOUNT, NOW.plusSeconds(60));
    keep("aside", NOW.plusSeconds(900), null);
    table.setAside(row("aside"), "its text is missing");

    outOfTurn.makeAllDue();
    outOfTurn.takeOver();

    assertEquals("account", row("dropped").mark().droppedBy());
    assertEquals("its text is missing", row("aside").mark().setAside());
  }

  @Test
  void whoeverIsFirstToMoveItWins() {
    keep("waits", NOW.plusSeconds(900), null);
    table.beforeWrite =
        () -> {
          table.beforeWrite = () -> {};
          QueuedMessage read = row("waits");
          table.move(read, read.moved(read.progress().leased(ENDED)));
        };

    outOfTurn.makeAllDue();

    assertTrue(row("waits").isUnderWay(NOW));
  }

  @Test
  void aClockThatWasSetBackMakesDueNow() {
    keep("later", NOW.plusSeconds(900), null, NOW.plusSeconds(300));

    outOfTurn.makeAllDue();

    assertEquals(NOW, row("later").progress().due());
  }

  @Test
  void aTableThatIsAwayIsSaidAndEndsNothing() {
    table.isAway = true;

    outOfTurn.makeAllDue();
    outOfTurn.takeOver();

    assertEquals(
        List.of(
            "trouble What is kept can't be brought forward; it is tried by its schedule",
            "trouble What was under way at the last end can't be taken over; its leases run out"),
        events.lines);
    assertEquals(List.of(), said);
  }

  private void keep(String id, Instant due, @Nullable Lease lease) {
    keep(id, due, lease, Messages.TAKEN);
  }

  private void keep(String id, Instant due, @Nullable Lease lease, Instant acceptedAt) {
    QueuedMessage message =
        Messages.message(id, List.of(Messages.recipient("a@example.net", null)), acceptedAt);
    var progress = new QueuedMessage.Progress(1, due, lease, message.progress().lastReply(), false);
    table.put(message.moved(progress));
  }

  private QueuedMessage row(String id) {
    return table.read(id).orElseThrow();
  }
}
