package dev.ipauth.relay.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.smtp.Event;
import dev.ipauth.tables.Network;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Devices that say all they have to say and then shut down their sending side, or close: what they
 * sent is worked off, and answered while they can hear. {@link TranscriptTest} has every dialogue
 * end so, too.
 */
class EndOfInputTest {
  private static final String[] A_MESSAGE = {
    "EHLO printer",
    "MAIL FROM:<printer@example.com>",
    "RCPT TO:<office@example.com>",
    "DATA",
    "Subject: scan",
    "",
    "scan",
    ".",
    "QUIT"
  };

  private AcceptingNextHop nextHop;
  private RelayUnderTest relay;

  @BeforeEach
  void start() throws Exception {
    nextHop = new AcceptingNextHop();
    relay = relay(nextHop.port());
  }

  @AfterEach
  void end() throws Exception {
    relay.close();
    nextHop.close();
  }

  private static RelayUnderTest relay(int nextHop) {
    return new RelayUnderTest(Given.of(List.of("the device's address is nominated")), nextHop);
  }

  private void isHandedOn() throws InterruptedException {
    assertTrue(nextHop.message().contains("Subject: scan"));
    var message = assertInstanceOf(Event.Message.class, relay.event());
    assertEquals(250, message.reply().code());
    assertEquals(List.of(), relay.events().stream().filter(e -> e != message).toList());
  }

  @Test
  void whoClosesBehindAWholeDialogueHasItsMessageHandedOn() throws Exception {
    try (var device = Device.at(relay.listen(Port.Kind.STARTTLS))) {
      device.hears("220 relay.test ESMTP");
      device.says(A_MESSAGE);
    }
    isHandedOn();
  }

  @Test
  void inTlsTheMessageIsHandedOnToo() throws Exception {
    try (var device = Device.at(relay.listen(Port.Kind.TLS))) {
      device.beginTls();
      device.hears("220 relay.test ESMTP");
      device.says(A_MESSAGE);
      device.saysNoMore();
      isHandedOn();
    }
  }

  @Test
  void behindAProxyToo() throws Exception {
    relay.proxies = List.of(Network.parse("127.0.0.0/8"));
    try (var device = Device.at(relay.listen(Port.Kind.STARTTLS))) {
      device.says("PROXY TCP4 192.0.2.1 198.51.100.1 56324 25");
      device.hears("220 relay.test ESMTP");
      device.says(A_MESSAGE);
      device.saysNoMore();
      assertTrue(device.everything().endsWith("221 2.0.0 Bye\n"));
    }
    isHandedOn();
  }

  @Test
  void whoSaysNothingAtAllIsGreeted() throws Exception {
    try (var device = Device.at(relay.listen(Port.Kind.STARTTLS))) {
      device.saysNoMore();
      device.hears("220 relay.test ESMTP");
      device.hearsTheEnd();
    }
    assertEquals(List.of(), relay.events());
  }

  @Test
  void aTextThatIsCutOffIsNotHandedOnAndLeavesOneLine() throws Exception {
    try (var device = Device.at(relay.listen(Port.Kind.STARTTLS))) {
      device.hears("220 relay.test ESMTP");
      device.says("EHLO x", "MAIL FROM:<a@b>", "RCPT TO:<c@d>", "DATA", "Subject: sc");
      device.saysNoMore();
      assertTrue(device.everything().endsWith("354 End with <CRLF>.<CRLF>\n"));
    }
    var refused = assertInstanceOf(Event.Refused.class, relay.event());
    assertEquals(Event.Reason.CONNECTION_LOST, refused.reason());
    assertEquals(List.of(), relay.events());
    assertEquals(0, nextHop.others());
  }

  /** What the next hop says when the device has long gone is what is written down. */
  @Test
  void whoClosesBeforeTheNextHopAnswersLeavesTheAnswerInTheLine() throws Exception {
    nextHop.thinks();
    try (var device = Device.at(relay.listen(Port.Kind.STARTTLS))) {
      device.hears("220 relay.test ESMTP");
      device.says(A_MESSAGE);
      nextHop.message();
      device.vanishes();
    }
    relay.allHaveLeft();
    assertEquals(List.of(), relay.events());
    nextHop.answers();
    var message = assertInstanceOf(Event.Message.class, relay.event());
    assertEquals("250 taken", message.reply().toString());
    assertEquals(List.of(), relay.events());
  }

  /** SIGTERM in between waits for the answer. */
  @Test
  void theRelayDoesNotEndBeforeTheAnswerIsWritten() throws Exception {
    nextHop.thinks();
    try (var device = Device.at(relay.listen(Port.Kind.STARTTLS))) {
      device.hears("220 relay.test ESMTP");
      device.says(A_MESSAGE);
      nextHop.message();
      device.vanishes();
    }
    relay.allHaveLeft();
    var server = relay.server(Port.Kind.STARTTLS);
    assertFalse(server.drain(Duration.ofMillis(50)));
    nextHop.answers();
    assertTrue(server.drain(Duration.ofSeconds(10)));
    assertEquals(1, relay.events().size());
  }
}
