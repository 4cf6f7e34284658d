package dev.ipauth.relay.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.limits.Limits.Admission;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.Username;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class LimitsTest {
  private static final IpAddress A = IpAddress.parse("198.51.100.7");
  private static final IpAddress B = IpAddress.parse("198.51.100.8");
  private static final Username SCANNER = new Username("scanner");
  private static final Username COPIER = new Username("copier");

  private final Clock clock = new Clock();
  private final List<Limit> reached = new ArrayList<>();

  private Limits limits(int all, int perAddress, int perMinute, int messages, int messagesOfUser) {
    var rates =
        new Rates(all, perAddress, perMinute, messages, messagesOfUser, 0, Duration.ofMinutes(1));
    return new Limits(rates, clock, reached::add);
  }

  private static Limits.Place admitted(Admission admission) {
    return assertInstanceOf(Admission.Admitted.class, admission).place();
  }

  @Test
  void anAddressHasSoManyConnectionsAtOnce() {
    Limits limits = limits(0, 2, 0, 0, 0);
    Limits.Place first = admitted(limits.connect(A));
    admitted(limits.connect(A));
    assertEquals(new Admission.Refused(Limit.CONNECTIONS_PER_ADDRESS), limits.connect(A));
    admitted(limits.connect(B));
    first.leave();
    admitted(limits.connect(A));
    assertEquals(List.of(Limit.CONNECTIONS_PER_ADDRESS), reached);
  }

  @Test
  void aConnectionLeavesOnce() {
    Limits limits = limits(0, 2, 0, 0, 0);
    Limits.Place first = admitted(limits.connect(A));
    admitted(limits.connect(A));
    first.leave();
    first.leave();
    assertEquals(1, limits.connections());
    admitted(limits.connect(A));
    assertInstanceOf(Admission.Refused.class, limits.connect(A));
  }

  @Test
  void theRelayHasSoManyConnectionsAtOnce() {
    Limits limits = limits(1, 0, 0, 0, 0);
    Limits.Place only = admitted(limits.connect(A));
    assertEquals(new Admission.Refused(Limit.CONNECTIONS), limits.connect(B));
    only.leave();
    admitted(limits.connect(B));
  }

  @Test
  void aRefusedConnectionTakesNoPlace() {
    Limits limits = limits(10, 1, 0, 0, 0);
    admitted(limits.connect(A));
    for (int i = 0; i < 20; i++) {
      limits.connect(A);
    }
    assertEquals(1, limits.connections());
    admitted(limits.connect(B));
  }

  @Test
  void anAddressOpensSoManyConnectionsPerMinute() {
    Limits limits = limits(0, 0, 60, 0, 0);
    for (int i = 0; i < 60; i++) {
      admitted(limits.connect(A)).leave();
    }
    assertEquals(new Admission.Refused(Limit.CONNECTIONS_PER_MINUTE), limits.connect(A));
    admitted(limits.connect(B));
    clock.advance(Duration.ofSeconds(1));
    admitted(limits.connect(A));
    assertInstanceOf(Admission.Refused.class, limits.connect(A));
  }

  @Test
  void aSubscribersIpv6AddressesAreOne() {
    Limits limits = limits(0, 1, 0, 0, 0);
    admitted(limits.connect(IpAddress.parse("2001:db8:0:1::1")));
    assertInstanceOf(
        Admission.Refused.class, limits.connect(IpAddress.parse("2001:db8:0:1:ffff::2")));
    admitted(limits.connect(IpAddress.parse("2001:db8:0:2::1")));
  }

  @Test
  void anAddressSendsSoManyMessagesPerMinute() {
    Limits limits = limits(0, 0, 0, 2, 0);
    assertNull(limits.message(A, SCANNER));
    assertNull(limits.message(A, COPIER));
    assertEquals(Limit.MESSAGES_PER_MINUTE_PER_ADDRESS, limits.message(A, SCANNER));
    assertNull(limits.message(B, SCANNER));
    clock.advance(Duration.ofSeconds(30));
    assertNull(limits.message(A, SCANNER));
  }

  @Test
  void anSmtpUserSendsSoManyMessagesPerMinuteWhereverItIs() {
    Limits limits = limits(0, 0, 0, 0, 2);
    assertNull(limits.message(A, SCANNER));
    assertNull(limits.message(B, SCANNER));
    assertEquals(Limit.MESSAGES_PER_MINUTE_PER_USER, limits.message(B, SCANNER));
    assertNull(limits.message(B, COPIER));
    assertEquals(List.of(Limit.MESSAGES_PER_MINUTE_PER_USER), reached);
  }

  @Test
  void everyRefusalIsForNow() {
    for (Limit limit : Limit.values()) {
      assertEquals(4, limit.reply().code() / 100, limit::name);
    }
  }

  @Test
  void noPlaceIsLostOrWonUnderThreads() throws Exception {
    Limits limits = limits(5, 3, 0, 0, 0);
    Callable<Integer> comeAndGo =
        () -> {
          int admitted = 0;
          for (int i = 0; i < 10_000; i++) {
            if (limits.connect(i % 2 == 0 ? A : B) instanceof Admission.Admitted(var place)) {
              admitted++;
              place.leave();
            }
          }
          return admitted;
        };
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (var come : threads.invokeAll(List.of(comeAndGo, comeAndGo, comeAndGo, comeAndGo))) {
        assertTrue(come.get() > 0);
      }
    }
    assertEquals(0, limits.connections());
    for (int i = 0; i < 3; i++) {
      admitted(limits.connect(A));
    }
  }
}
