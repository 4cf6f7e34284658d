package dev.ipauth.relay.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.ipauth.relay.limits.Rates;
import dev.ipauth.relay.smtp.Event;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How connections are limited, and how they end. */
class ConnectionLifeTest {
  private static final Duration SOON = Duration.ofSeconds(1);
  private static final Duration LATE = Duration.ofMinutes(5);

  private static Given nominated() {
    return Given.of(List.of("the device's address is nominated", "AUTH without TLS is allowed"));
  }

  /** A connection, with the greeting read. */
  private static final class Line implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader in;

    Line(int port) throws IOException {
      socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
      socket.setSoTimeout(60_000);
      in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
    }

    String hear() throws IOException {
      String line = in.readLine();
      while (line != null && line.length() > 3 && line.charAt(3) == '-') {
        line = in.readLine();
      }
      return line == null ? "closed" : line;
    }

    String say(String text) throws IOException {
      socket.getOutputStream().write((text + "\r\n").getBytes(ISO_8859_1));
      return hear();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Test
  void aDeviceThatSaysNothingIsToldGoodbye() throws Exception {
    try (var nextHop = new AcceptingNextHop();
        var relay = new RelayUnderTest(nominated(), nextHop.port())) {
      relay.timeouts = new Timeouts(SOON, LATE, LATE, LATE, LATE);
      try (var line = new Line(relay.listen(Port.Kind.STARTTLS))) {
        assertTrue(line.hear().startsWith("220 "));
        assertTrue(line.hear().startsWith("421 4.4.2"));
        assertEquals("closed", line.hear());
      }
      assertEquals(Event.Reason.IDLE, reason(relay.event()));
    }
  }

  @Test
  void anAuthThatTakesTooLongEndsTheConnection() throws Exception {
    try (var nextHop = new AcceptingNextHop();
        var relay = new RelayUnderTest(nominated(), nextHop.port())) {
      relay.timeouts = new Timeouts(LATE, SOON, LATE, LATE, LATE);
      try (var line = new Line(relay.listen(Port.Kind.STARTTLS))) {
        line.hear();
        line.say("EHLO app");
        assertTrue(line.say("AUTH LOGIN").startsWith("334 "));
        assertEquals("421 4.4.2 AUTH took too long, closing", line.hear());
      }
      assertEquals(Event.Reason.AUTH_TOO_LONG, reason(relay.event()));
    }
  }

  @Test
  void aConnectionLastsOnlySoLong() throws Exception {
    try (var nextHop = new AcceptingNextHop();
        var relay = new RelayUnderTest(nominated(), nextHop.port())) {
      relay.timeouts = new Timeouts(LATE, LATE, SOON, LATE, LATE);
      try (var line = new Line(relay.listen(Port.Kind.STARTTLS))) {
        line.hear();
        String reply = line.say("NOOP");
        while (reply.startsWith("250 ")) {
          reply = line.say("NOOP");
        }
        assertTrue(reply.startsWith("421 "), reply);
      }
      assertEquals(Event.Reason.SESSION_TOO_LONG, reason(relay.event()));
    }
  }

  private static Event.Reason reason(Event event) {
    return assertInstanceOf(Event.Refused.class, event).reason();
  }

  @Test
  void aMessageCutShortLeavesALine() throws Exception {
    try (var nextHop = new AcceptingNextHop();
        var relay = new RelayUnderTest(nominated(), nextHop.port())) {
      try (var line = new Line(relay.listen(Port.Kind.STARTTLS))) {
        line.hear();
        line.say("HELO printer");
        line.say("MAIL FROM:<a@example.com>");
        line.say("RCPT TO:<b@example.net>");
        assertTrue(line.say("DATA").startsWith("354 "));
      }
      var left = assertInstanceOf(Event.Refused.class, relay.event());
      assertEquals(Event.Reason.CONNECTION_LOST, left.reason());
      assertEquals("a@example.com", left.mailFrom());
    }
  }

  @Test
  void drainingEndsWhoIsIdleAndLetsTheOthersFinish() throws Exception {
    try (var nextHop = new AcceptingNextHop();
        var relay = new RelayUnderTest(nominated(), nextHop.port())) {
      SmtpServer server = relay.server(Port.Kind.STARTTLS);
      int port = relay.listen(Port.Kind.STARTTLS);
      try (var idle = new Line(port);
          var busy = new Line(port)) {
        idle.hear();
        busy.hear();
        busy.say("HELO printer");
        assertTrue(busy.say("MAIL FROM:<a@example.com>").startsWith("250 "));
        server.stopListening();
        var drained =
            CompletableFuture.supplyAsync(() -> drain(server), Thread::startVirtualThread);
        assertTrue(idle.hear().startsWith("421 4.3.2"));
        assertTrue(busy.say("RCPT TO:<b@example.net>").startsWith("250 "));
        assertTrue(busy.say("DATA").startsWith("354 "));
        assertFalse(drained.isDone(), "a message is under way");
        assertTrue(busy.say("Subject: x\r\n\r\nText\r\n.").startsWith("250 "));
        assertTrue(busy.hear().startsWith("421 4.3.2"));
        assertTrue(drained.get());
      }
    }
  }

  @Test
  void whoIsStillToBeGreetedWhileDrainingIsNot() throws Exception {
    try (var nextHop = new AcceptingNextHop();
        var relay = new RelayUnderTest(nominated(), nextHop.port())) {
      SmtpServer server = relay.server(Port.Kind.STARTTLS);
      int port = relay.listen(Port.Kind.STARTTLS);
      assertTrue(drain(server));
      try (var late = new Line(port)) {
        assertTrue(late.hear().startsWith("421 4.3.2"));
        assertEquals("closed", late.hear());
      }
    }
  }

  private static boolean drain(SmtpServer server) {
    try {
      return server.drain(Duration.ofMinutes(1));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  @Timeout(60)
  void anAddressHasOnlySoManyConnections() throws Exception {
    try (var nextHop = new AcceptingNextHop();
        var relay = new RelayUnderTest(nominated(), nextHop.port())) {
      relay.rates = new Rates(0, 2, 0, 0, 0, 0, Duration.ofMinutes(1));
      int port = relay.listen(Port.Kind.STARTTLS);
      try (var first = new Line(port);
          var second = new Line(port)) {
        assertTrue(first.hear().startsWith("220 "));
        assertTrue(second.hear().startsWith("220 "));
        try (var third = new Line(port)) {
          assertTrue(third.hear().startsWith("421 4.7.0"));
        }
        assertTrue(second.say("QUIT").startsWith("221 "));
        assertEquals("closed", second.hear());
        assertTrue(greetingOfTheNext(port).startsWith("220 "));
      }
    }
  }

  /** A place is free only a moment after its device hears that the connection is closed. */
  private static String greetingOfTheNext(int port) throws Exception {
    while (true) {
      try (var next = new Line(port)) {
        String greeting = next.hear();
        if (!greeting.startsWith("421 4.7.0")) {
          return greeting;
        }
      }
      Thread.sleep(10);
    }
  }

  /** Octets now and then don't extend it: only a MAIL that is granted does. */
  @Test
  void whoSendsNoMailHasLittleTime() throws Exception {
    try (var nextHop = new AcceptingNextHop();
        var relay = new RelayUnderTest(nominated(), nextHop.port())) {
      relay.timeouts = new Timeouts(LATE, LATE, LATE, SOON, LATE);
      int port = relay.listen(Port.Kind.STARTTLS);
      try (var sender = withMailGranted(port);
          var holder = new Line(port)) {
        assertTrue(holder.hear().startsWith("220 "));
        String heard = holder.say("NOOP");
        while (heard.startsWith("250 ")) {
          Thread.sleep(100);
          heard = holder.say("NOOP");
        }
        assertEquals("421 4.4.2 No mail was begun in time, closing", heard);
        assertEquals("closed", holder.hear());
        assertTrue(sender.say("RSET").startsWith("250 "));
      }
      var refused = assertInstanceOf(Event.Refused.class, relay.event());
      assertEquals(Event.Reason.NO_MAIL, refused.reason());
    }
  }

  /** Tries again where this machine is so busy that MAIL comes too late. */
  private static Line withMailGranted(int port) throws IOException {
    while (true) {
      var line = new Line(port);
      line.hear();
      String heard = line.say("HELO printer");
      if (heard.startsWith("250 ")) {
        heard = line.say("MAIL FROM:<a@example.com>");
      }
      if (!heard.startsWith("421 ")) {
        assertTrue(heard.startsWith("250 "), heard);
        return line;
      }
      line.close();
    }
  }

  /** Whoever holds a place with an octet now and then, within a message or between two. */
  @Test
  void anAccountThatHoldsMostPlacesGivesSomeUpWhenOthersCome() throws Exception {
    try (var nextHop = new AcceptingNextHop();
        var relay = new RelayUnderTest(nominated(), nextHop.port())) {
      relay.rates = new Rates(20, 0, 0, 0, 0, 0, Duration.ofMinutes(1));
      int port = relay.listen(Port.Kind.STARTTLS);
      var lines = new ArrayList<Line>();
      for (int i = 0; i < 18; i++) {
        lines.add(withMailGranted(port));
      }
      Line inText = lines.getFirst();
      inText.say("RCPT TO:<b@example.net>");
      assertTrue(inText.say("DATA").startsWith("354 "));
      Line between = lines.getLast();
      assertTrue(between.say("RSET").startsWith("250 "));
      try (var tooMany = new Line(port)) {
        tooMany.hear();
        tooMany.say("HELO printer");
        assertEquals(
            "450 4.7.1 Too many connections of your account at once, try again later",
            tooMany.say("MAIL FROM:<a@example.com>"));
      }
      relay.othersTakePlaces(2);
      relay.makeRoom();
      assertEquals(
          "421 4.7.0 Too many connections of your account at once, try again later",
          between.hear());
      assertEquals("closed", between.hear());
      assertTrue(lines.get(1).say("NOOP").startsWith("250 "), "one was enough");
      assertTrue(inText.say("\r\n.").startsWith("250 "), "and this one's message goes on");
      for (Line line : lines) {
        line.close();
      }
      assertEquals(
          List.of(Event.Reason.RATE, Event.Reason.RATE),
          relay.events().stream()
              .filter(Event.Refused.class::isInstance)
              .map(ConnectionLifeTest::reason)
              .toList());
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 60", "0.5, 60", "0.725, 32", "0.95, 5", "1, 5"})
  void thereIsLessTimeWhenPlacesRunShort(double taken, long seconds) {
    var timeouts = new Timeouts(LATE, LATE, LATE, Duration.ofSeconds(60), LATE);
    assertEquals(seconds, timeouts.firstMail(taken).toSeconds());
  }

  @Test
  void anAddressSendsOnlySoManyMessages() throws Exception {
    try (var nextHop = new AcceptingNextHop();
        var relay = new RelayUnderTest(nominated(), nextHop.port())) {
      relay.rates = new Rates(0, 0, 0, 2, 0, 0, Duration.ofMinutes(1));
      try (var line = new Line(relay.listen(Port.Kind.STARTTLS))) {
        line.hear();
        line.say("HELO printer");
        for (int i = 0; i < 2; i++) {
          assertTrue(line.say("MAIL FROM:<a@example.com>").startsWith("250 "));
          line.say("RSET");
        }
        assertTrue(line.say("MAIL FROM:<a@example.com>").startsWith("450 4.7.1"));
      }
      if (relay.event() instanceof Event.Refused refused) {
        assertEquals(Event.Reason.RATE, refused.reason());
        assertEquals("a@example.com", refused.mailFrom());
      } else {
        fail("a refusal leaves a line");
      }
    }
  }

  @Test
  void failedPasswordsShutAnAddressOutOfAuthButNotOfItsNomination() throws Exception {
    try (var nextHop = new AcceptingNextHop();
        var relay = new RelayUnderTest(nominated(), nextHop.port())) {
      relay.rates = new Rates(0, 0, 0, 0, 0, 2, Duration.ofMinutes(1));
      try (var line = new Line(relay.listen(Port.Kind.STARTTLS))) {
        line.hear();
        line.say("EHLO app");
        for (int i = 0; i < 2; i++) {
          assertTrue(line.say("AUTH PLAIN AHNjYW5uZXItMmYAd3Jvbmc=").startsWith("535 5.7.8"));
        }
        assertTrue(line.say("AUTH PLAIN AHNjYW5uZXItMmYAd3Jvbmc=").startsWith("454 4.7.0"));
        assertTrue(line.say("MAIL FROM:<a@example.com>").startsWith("250 "));
      }
    }
  }
}
