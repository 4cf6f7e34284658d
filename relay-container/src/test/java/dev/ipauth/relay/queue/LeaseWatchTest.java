package dev.ipauth.relay.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.tables.QueueRows;
import dev.ipauth.tables.QueuedMessage;
import dev.ipauth.tables.QueuedMessage.Lease;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LeaseWatchTest {
  private static final Duration LENGTH = Duration.ofMinutes(15);

  private final FakeQueueTable table = new FakeQueueTable();
  private Instant now = Messages.TAKEN.plusSeconds(60);
  private long nanos = -1_000_000_000; // it may be negative
  private final LeaseWatch lease = take();

  private LeaseWatch take() {
    QueuedMessage message = Messages.to("a@example.net");
    table.put(message);
    var clocks = new LeaseWatch.Clocks(() -> now, () -> nanos);
    return LeaseWatch.take(table, clocks, LENGTH, message).orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRenewalThatFailsLeavesWhatIsLeft(boolean isDone) throws LeaseWatch.Lost {
    renewalFails(isDone);
    assertTrue(lease.isHeld());
    table.isAway = false;

    lease.keep();

    assertEquals(inTheTable(), lease.message());
    pass(Duration.ofMinutes(10));
    assertTrue(lease.isHeld(), "by the renewal");
  }

  @Test
  void renewalsThatFailToItsEndLoseIt() throws LeaseWatch.Lost {
    renewalFails(false);
    pass(Duration.ofMinutes(7));

    assertThrows(LeaseWatch.Lost.class, lease::keep);
    assertFalse(lease.isHeld());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsDecidedIsWrittenToTheRowThatIsThere(boolean isDone) throws LeaseWatch.Lost {
    renewalFails(isDone);
    table.isAway = false;

    QueuedMessage row = lease.decided();

    assertEquals(inTheTable(), row);
  }

  @Test
  void whatIsDecidedIsNotHandedBack() {
    QueuedMessage row = lease.decided();

    lease.handBack();

    assertEquals(row, inTheTable());
    assertTrue(lease.isHeld());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsHandedBackIsDueAtOnce(boolean isDone) throws LeaseWatch.Lost {
    renewalFails(isDone);
    table.isAway = false;

    lease.handBack();

    assertNull(inTheTable().progress().lease());
    assertEquals(now, inTheTable().progress().due());
    assertFalse(lease.isHeld());
  }

  @Test
  void aProcessKnowsItsOwnLeases() {
    var one = LeaseWatch.lease(now, LENGTH);
    var other = LeaseWatch.lease(now, LENGTH);

    assertTrue(LeaseWatch.isOwn(one));
    assertNotEquals(one.holder(), other.holder());
    assertFalse(LeaseWatch.isOwn(new Lease("f38afa32-65d9-4e9d-a8a1-866508a64276/1", now)));
  }

  /** A machine that slept, and one whose clock was set back or forward. */
  @ParameterizedTest
  @CsvSource({
    // Minutes by the clock on the wall, and by the monotonic one.
    "16, 0, false",
    "-60, 16, false",
    "0, 16, false",
    "-60, 5, true",
    "5, 5, true"
  })
  void theClockThatIsFurtherOnDecides(long wall, long monotonic, boolean isHeld) {
    now = now.plus(Duration.ofMinutes(wall));
    nanos += Duration.ofMinutes(monotonic).toNanos();

    assertEquals(isHeld, lease.isHeld());
  }

  private void renewalFails(boolean isDone) throws LeaseWatch.Lost {
    table.fault = new FakeQueueTable.Fault(table.writes + 1, isDone, true);
    pass(Duration.ofMinutes(8));
    lease.keep();
  }

  private void pass(Duration time) {
    now = now.plus(time);
    nanos += time.toNanos();
  }

  private QueuedMessage inTheTable() {
    return table.rows.values().stream().map(QueueRows::read).findFirst().orElseThrow();
  }
}
