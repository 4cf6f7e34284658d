package dev.ipauth.relay.operation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.smtp.Event;
import dev.ipauth.relay.smtp.Event.Reason;
import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.tables.IpAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepeatedRefusalsTest {
  private static final Instant AT = Instant.EPOCH;

  private final List<String> lines = new ArrayList<>();
  private long now = Long.MAX_VALUE - 5;
  private final RepeatedRefusals refusals =
      new RepeatedRefusals(
          () -> now,
          new RepeatedRefusals.Lines() {
            @Override
            public void refused(Event.Refused last, Instant at, long times) {
              lines.add(last.ip() + " " + last.reason() + " x" + times);
            }

            @Override
            public void leftOut(long times) {
              lines.add("left out x" + times);
            }
          });

  private boolean refuse(String ip, Reason reason) {
    return refuse(ip, reason, List.of());
  }

  private boolean refuse(String ip, Reason reason, List<String> recipients) {
    var reply = Reply.of(454, "4.7.0 later");
    return refusals.take(
        new Event.Refused(
            reason,
            Event.What.MAIL,
            null,
            null,
            IpAddress.parse(ip),
            "printer",
            null,
            null,
            recipients,
            reply),
        AT);
  }

  private void refuse(int times, String ip, Reason reason) {
    for (int i = 0; i < times; i++) {
      refuse(ip, reason);
    }
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private List<String> linesSoFar() {
    var soFar = List.copyOf(lines);
    lines.clear();
    return soFar;
  }

  @Test
  void theFirstFewHaveALineEachAndTheOthersOneEveryTenSeconds() {
    assertTrue(refuse("198.51.100.7", Reason.RATE));
    refuse(9, "198.51.100.7", Reason.RATE);
    assertFalse(refuse("198.51.100.7", Reason.RATE));
    refuse(99_989, "198.51.100.7", Reason.RATE);
    refusals.writeDue();
    assertEquals(10, linesSoFar().size());
    assertEquals(Duration.ofSeconds(10), refusals.untilDue());
    pass(Duration.ofSeconds(10));
    refusals.writeDue();
    assertEquals(List.of("198.51.100.7 RATE x99990"), linesSoFar());
    assertNull(refusals.untilDue());
    refuse(3, "198.51.100.7", Reason.RATE);
    refusals.writeAll();
    assertEquals(List.of("198.51.100.7 RATE x3"), linesSoFar());
  }

  @Test
  void anotherReasonAndAnotherAddressAreTheirOwn() {
    refuse(50, "198.51.100.7", Reason.RATE);
    assertTrue(refuse("198.51.100.7", Reason.NOT_NOMINATED));
    assertTrue(refuse("198.51.100.8", Reason.RATE));
  }

  @Test
  void asManyIpv6AddressesAsOneSubscriberHasAreOne() {
    for (int i = 0; i < 50; i++) {
      refuse("2001:db8::" + i, Reason.RATE);
    }
    assertEquals(10, lines.size());
  }

  @Test
  void aMinuteLaterTheyHaveLinesAgain() {
    refuse(10, "198.51.100.7", Reason.RATE);
    pass(Duration.ofMinutes(1));
    assertTrue(refuse("198.51.100.7", Reason.RATE));
  }

  @Test
  void ofAllAddressesTogetherOnlySoManyLinesASecondAreWrittenAndNoneIsUncounted() {
    int refused = 0;
    for (int second = 0; second < 60; second++) {
      for (int i = 0; i < 2_000; i++) {
        refuse("10." + second + "." + i / 250 + "." + (i % 250 + 1), Reason.NOT_NOMINATED);
        refused++;
      }
      pass(Duration.ofSeconds(1));
      refusals.writeDue();
    }
    int most = RepeatedRefusals.LINES_AT_ONCE + 61 * RepeatedRefusals.LINES_A_SECOND + 7;
    assertTrue(lines.size() <= most, () -> lines.size() + " lines");
    refusals.writeAll();
    int told =
        lines.stream().mapToInt(line -> Integer.parseInt(line.replaceFirst(".* x", ""))).sum();
    assertEquals(refused, told);
  }

  @Test
  void whatIsNeverDueForLackOfLinesIsLookedForAgainSoonButNotAtOnce() {
    for (int i = 0; i < 3_000; i++) {
      refuse("10.1." + i / 250 + "." + (i % 250 + 1), Reason.RATE);
    }
    pass(Duration.ofSeconds(10));
    refusals.writeDue();
    Duration until = refusals.untilDue();
    assertNotNull(until);
    assertTrue(until.compareTo(Duration.ZERO) > 0, until::toString);
  }

  /** 57 KB each, and twice that outside of ASCII: as many as there are kinds don't fit. */
  @ParameterizedTest
  @ValueSource(strings = {"x", "\u0430"})
  void ofManyLargeOnesOnlySoMuchIsHeldAndNoneIsUncounted(String letter) {
    List<String> recipients = Collections.nCopies(100, letter.repeat(500) + "@example.net");
    int refused = 0;
    for (int i = 0; i < RepeatedRefusals.KINDS; i++) {
      String ip = "10.0." + i / 250 + "." + (i % 250 + 1);
      for (int times = 0; times < 2; times++) {
        refuse(ip, Reason.NO_RECIPIENT, recipients);
        refused++;
      }
      assertTrue(refusals.held() <= RepeatedRefusals.HELD_OCTETS, "more than there is room for");
    }
    assertTrue(refusals.held() > RepeatedRefusals.HELD_OCTETS / 2);
    refusals.writeAll();
    assertEquals(0, refusals.held());
    int told =
        lines.stream().mapToInt(line -> Integer.parseInt(line.replaceFirst(".* x", ""))).sum();
    assertEquals(refused, told);
  }

  @Test
  void whatHasALineOfItsOwnIsNotHeld() {
    refuse("198.51.100.7", Reason.NO_RECIPIENT, List.of("a@example.net"));
    assertEquals(0, refusals.held());
    refuse(11, "198.51.100.7", Reason.NO_RECIPIENT);
    assertTrue(refusals.held() > 0);
    refusals.writeAll();
    assertEquals(0, refusals.held());
  }
}
