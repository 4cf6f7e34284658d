package dev.ipauth.relay.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.ipauth.relay.limits.Rates;
import dev.ipauth.relay.smtp.Event;
import dev.ipauth.tables.Network;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code PROXY_PROTOCOL=required}: the address of a device is what its header says, or nothing. */
class ProxyProtocolTest {
  private static final String HEADER = "PROXY TCP4 192.0.2.1 198.51.100.1 56324 25";
  private static final String NOBODY =
      "530 5.7.0 Authentication required: no SMTP user nominates your address 192.0.2.1";

  private AcceptingNextHop nextHop;
  private RelayUnderTest relay;

  @BeforeEach
  void behindAProxy() throws Exception {
    nextHop = new AcceptingNextHop();
    relay = new RelayUnderTest(Given.of(List.of()), nextHop.port());
    relay.proxies = List.of(Network.parse("127.0.0.0/8"));
  }

  @AfterEach
  void end() throws Exception {
    relay.close();
    nextHop.close();
  }

  @Test
  void theAddressIsTheHeaders() throws Exception {
    try (var device = Device.at(relay.listen(Port.Kind.STARTTLS))) {
      device.says(HEADER);
      device.hears("220 relay.test ESMTP");
      device.asks("EHLO printer");
      assertEquals(NOBODY, device.asks("MAIL FROM:<a@example.com>"));
    }
    var refused = assertInstanceOf(Event.Refused.class, relay.event());
    assertEquals("192.0.2.1", refused.ip().toString());
  }

  @Test
  void nobodyIsGreetedBeforeTheHeaderIsWhole() throws Exception {
    try (var device = new Device(relay.listen(Port.Kind.STARTTLS), Device.Pace.OCTET_BY_OCTET)) {
      device.says(HEADER);
      device.hears("220 relay.test ESMTP");
    }
  }

  @Test
  void aSecondHeaderIsBadSmtp() throws Exception {
    try (var device = Device.at(relay.listen(Port.Kind.STARTTLS))) {
      device.says(HEADER);
      device.hears("220 relay.test ESMTP");
      assertEquals(
          "500 5.5.1 Command not recognised",
          device.asks("PROXY TCP4 203.0.113.9 198.51.100.1 1 25"));
      device.asks("EHLO printer");
      assertEquals(NOBODY, device.asks("MAIL FROM:<a@example.com>"));
    }
  }

  @Test
  void whatComesWithTheHeaderComesBeforeTheGreeting() throws Exception {
    try (var device = Device.at(relay.listen(Port.Kind.STARTTLS))) {
      device.says(HEADER, "EHLO printer");
      device.hears("554 5.5.1 Wait for the greeting before speaking");
      device.hearsTheEnd();
    }
  }

  @Test
  void whoSpeaksAnotherProtocolBeforeTheGreetingIsKnown() throws Exception {
    int port = relay.listen(Port.Kind.STARTTLS);
    try (var browser = Device.at(port)) {
      browser.says(HEADER, "GET / HTTP/1.1", "Host: relay.test", "");
      browser.hears("554 5.5.1 This is SMTP, not http");
      browser.hearsTheEnd();
    }
    try (var tls = Device.at(port)) {
      tls.says(HEADER, "\u0016\u0003\u0001\u0002");
      tls.hears("554 5.5.1 This is SMTP, not TLS");
      tls.hearsTheEnd();
    }
    for (int i = 0; i < 2; i++) {
      var refused = assertInstanceOf(Event.Refused.class, relay.event());
      assertEquals(Event.Reason.FOREIGN_PROTOCOL, refused.reason());
    }
  }

  @Test
  void aTlsPortBeginsTlsBehindIt() throws Exception {
    try (var device = Device.at(relay.listen(Port.Kind.TLS))) {
      device.says(HEADER);
      device.beginTls();
      device.hears("220 relay.test ESMTP");
      device.asks("EHLO printer");
      assertEquals(NOBODY, device.asks("MAIL FROM:<a@example.com>"));
    }
  }

  @Test
  void withoutAHeaderTheConnectionEnds() throws Exception {
    int port = relay.listen(Port.Kind.STARTTLS);
    String login = "\r\nAUTH PLAIN AHNjYW5uZXItM2YAc2VjcmV0";
    for (String first : List.of("EHLO printer", "PROXY TCP4 010.0.0.1 1.2.3.4 1 1", "PROXY x")) {
      try (var device = Device.at(port)) {
        device.says(first + login);
        device.hearsTheEnd();
      }
    }
    assertEquals(
        "421 4.7.0 There is no PROXY header: switch it on at the load balancer, for this port",
        refusal());
    assertEquals(
        "421 4.7.0 The PROXY header is malformed: 'PROXY TCP4 010.0.0.1 1.2.3.4 1 1'", refusal());
    assertEquals("421 4.7.0 The PROXY header is malformed: 'PROXY x'", refusal());
  }

  @Test
  void aHeaderThatIsCutOffLeavesALine() throws Exception {
    try (var device = Device.at(relay.listen(Port.Kind.STARTTLS))) {
      device.send("PROXY TCP4 192.0.2.1 19");
      device.saysNoMore();
      device.hearsTheEnd();
    }
    assertEquals("421 4.7.0 The PROXY header was cut off: 'PROXY TCP4 192.0.2.1 19'", refusal());
  }

  @Test
  void whoOnlyLooksWhetherThePortIsOpenLeavesNoLine() throws Exception {
    try (var balancer = Device.at(relay.listen(Port.Kind.STARTTLS))) {
      balancer.saysNoMore();
      balancer.hearsTheEnd();
    }
    assertEquals(List.of(), relay.events());
  }

  /** Health checks of HAProxy and Traefik: greeted and answered. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "PROXY UNKNOWN\r\n",
        "PROXY UNKNOWN 192.0.2.1 198.51.100.1 56324 25\r\n",
        "\r\n\r\n\0\r\nQUIT\n\040\0\0\0",
        "\r\n\r\n\0\r\nQUIT\n\041\0\0\0"
      })
  void fromTheProxyItselfNoMailIsTaken(String header) throws Exception {
    relay.close();
    relay =
        new RelayUnderTest(
            Given.of(List.of("the device's address is nominated", "AUTH without TLS is allowed")),
            nextHop.port());
    relay.proxies = List.of(Network.parse("127.0.0.0/8"));
    relay.rates = new Rates(0, 1, 1, 0, 0, 0, Duration.ofMinutes(1));
    int port = relay.listen(Port.Kind.STARTTLS);
    String none =
        "No mail is taken from a proxy itself: its PROXY header is LOCAL or UNKNOWN and names no"
            + " device";
    for (int i = 0; i < 3; i++) {
      try (var proxy = Device.at(port)) {
        proxy.send(header);
        proxy.hears("220 relay.test ESMTP");
        proxy.asks("EHLO balancer");
        assertEquals("250 2.0.0 OK", proxy.asks("NOOP"));
        assertEquals("451 4.7.1 " + none, proxy.asks("MAIL FROM:<a@example.com>"));
        assertEquals("451 4.7.1 " + none, proxy.asks("AUTH PLAIN AHNjYW5uZXItMmYAc2VjcmV0"));
        assertEquals("221 2.0.0 Bye", proxy.asks("QUIT"));
      }
    }
    var refused = assertInstanceOf(Event.Refused.class, relay.event());
    assertEquals(Event.Reason.PROXY, refused.reason());
    assertEquals("127.0.0.1", refused.ip().toString());
  }

  private String refusal() throws InterruptedException {
    var refused = assertInstanceOf(Event.Refused.class, relay.event());
    assertEquals(Event.Reason.PROXY, refused.reason());
    assertEquals("127.0.0.1", refused.ip().toString());
    return refused.reply().toString();
  }

  @Test
  void whoSaysNothingIsGreetedByNobody() throws Exception {
    var late = Duration.ofMinutes(5);
    relay.timeouts = new Timeouts(late, late, late, late, Duration.ofSeconds(1));
    try (var device = Device.at(relay.listen(Port.Kind.STARTTLS))) {
      device.hearsTheEnd();
    }
    assertEquals("421 4.7.0 No PROXY header came within 1 s; is it switched on?", refusal());
  }

  @Test
  void aPeerThatIsNotTrustedIsClosedWhateverItSays() throws Exception {
    relay.proxies = List.of(Network.parse("10.0.0.0/8"));
    try (var device = Device.at(relay.listen(Port.Kind.STARTTLS))) {
      device.hearsTheEnd();
    }
    assertEquals("421 4.7.0 This peer is none of TRUSTED_PROXIES", refusal());
  }

  @Test
  void limitsCountTheDeviceAndNotTheProxy() throws Exception {
    relay.rates = new Rates(0, 1, 0, 0, 0, 0, Duration.ofMinutes(1));
    int port = relay.listen(Port.Kind.STARTTLS);
    try (var one = Device.at(port);
        var another = Device.at(port);
        var oneAgain = Device.at(port)) {
      one.says(HEADER);
      one.hears("220 relay.test ESMTP");
      another.says("PROXY TCP4 192.0.2.2 198.51.100.1 56324 25");
      another.hears("220 relay.test ESMTP");
      oneAgain.says(HEADER);
      oneAgain.hears("421 4.7.0 Too many connections from your address, try again later");
      oneAgain.hearsTheEnd();
    }
  }
}
