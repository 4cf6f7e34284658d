package dev.ipauth.relay.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.ipauth.relay.smtp.Event;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A device that sends more ahead than there is room for. */
class NoRoomTest {
  private static final String NO_ROOM = "421 4.3.1 The relay is short of memory, try again later";

  /** No line yet, and more than there is room for. */
  private static final String AHEAD = "x".repeat(3000);

  private AcceptingNextHop nextHop;
  private RelayUnderTest relay;

  @BeforeEach
  void start() throws Exception {
    nextHop = new AcceptingNextHop();
    var given = Given.of(List.of("the device's address is nominated"));
    relay = new RelayUnderTest(given, nextHop.port());
    relay.waiting = new WaitingBudget(2000);
  }

  @AfterEach
  void end() throws Exception {
    relay.close();
    nextHop.close();
  }

  private void begin(Device device) throws Exception {
    device.hears("220 relay.test ESMTP");
    device.asks("EHLO printer");
    assertEquals("250 2.1.0 Sender OK", device.asks("MAIL FROM:<printer@example.com>"));
    assertEquals("250 ok", device.asks("RCPT TO:<office@example.com>"));
  }

  /** The next hop may have taken the message: whoever isn't told sends it again. */
  @ParameterizedTest
  @EnumSource(
      value = Port.Kind.class,
      names = {"STARTTLS", "TLS"})
  void behindAMessageItsAnswerComesFirst(Port.Kind port) throws Exception {
    nextHop.thinks();
    try (var device = Device.at(relay.listen(port))) {
      if (port == Port.Kind.TLS) {
        device.beginTls();
      }
      begin(device);
      device.asks("DATA");
      device.send("Subject: scan\r\n\r\nscan\r\n.\r\n" + AHEAD);
      nextHop.message();
      nextHop.answers();
      device.hears("250 taken", NO_ROOM);
      device.hearsTheEnd();
    }
    assertEquals(250, assertInstanceOf(Event.Message.class, relay.event()).reply().code());
    assertIsToldOfNoRoom();
    assertEquals(0, relay.waiting.held());
  }

  @Test
  void behindACommandToo() throws Exception {
    try (var device = Device.at(relay.listen(Port.Kind.STARTTLS))) {
      device.hears("220 relay.test ESMTP");
      device.asks("EHLO printer");
      device.send("MAIL FROM:<printer@example.com>\r\n" + AHEAD);
      device.hears("250 2.1.0 Sender OK", NO_ROOM);
      device.hearsTheEnd();
    }
    assertIsToldOfNoRoom();
    assertEquals(0, relay.waiting.held());
  }

  @Test
  void withNothingUnderWayItIsToldAtOnce() throws Exception {
    try (var device = Device.at(relay.listen(Port.Kind.STARTTLS))) {
      device.hears("220 relay.test ESMTP");
      device.send(AHEAD);
      device.hears(NO_ROOM);
      device.hearsTheEnd();
    }
    assertIsToldOfNoRoom();
  }

  private void assertIsToldOfNoRoom() throws InterruptedException {
    var refused = assertInstanceOf(Event.Refused.class, relay.event());
    assertEquals(Event.Reason.INPUT_FULL, refused.reason());
  }
}
