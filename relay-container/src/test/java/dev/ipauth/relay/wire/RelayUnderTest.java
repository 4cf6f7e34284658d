package dev.ipauth.relay.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.limits.AuthFailures;
import dev.ipauth.relay.limits.LimitedAccess;
import dev.ipauth.relay.limits.Limits;
import dev.ipauth.relay.limits.Rates;
import dev.ipauth.relay.message.HeaderBudget;
import dev.ipauth.relay.onward.Lane;
import dev.ipauth.relay.onward.NextHopAddress;
import dev.ipauth.relay.onward.Onward;
import dev.ipauth.relay.onward.OnwardSettings;
import dev.ipauth.relay.onward.Pace;
import dev.ipauth.relay.operation.Metrics;
import dev.ipauth.relay.smtp.Event;
import dev.ipauth.relay.smtp.PortPolicy;
import dev.ipauth.relay.smtp.SessionContext;
import dev.ipauth.relay.tls.Certificate;
import dev.ipauth.relay.tls.ServerTls;
import dev.ipauth.relay.transport.Transport;
import dev.ipauth.tables.IpAddress;
import dev.ipauth.tables.Network;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The relay's doors with everything behind them but the tables. Set it up, then {@link #listen}.
 */
final class RelayUnderTest implements AutoCloseable {
  private static final Transport TRANSPORT = Transport.ofThisMachine();
  private static final ServerTls SELF_SIGNED =
      new ServerTls(Certificate.SelfSigned.of("relay.test"));
  private static final Rates NO_LIMITS = new Rates(0, 0, 0, 0, 0, 0, Duration.ofMinutes(1));
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-23T10:00:00Z"));

  private final Given given;
  private final Transport transport;
  private final Onward onward;
  private final HeaderBudget headers;
  private Limits limits = new Limits(NO_LIMITS, System::nanoTime, _ -> {});
  private final List<Limits.Place> ofOthers = new ArrayList<>();
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private @Nullable SmtpServer server;

  ServerTls tls = SELF_SIGNED;
  List<Network> proxies = List.of();
  Rates rates = NO_LIMITS;
  WaitingBudget waiting = WaitingBudget.ofThisMachine();
  Timeouts timeouts =
      new Timeouts(
          Duration.ofMinutes(5),
          Duration.ofMinutes(1),
          Duration.ofMinutes(10),
          Duration.ofMinutes(5),
          Duration.ofMinutes(1));

  RelayUnderTest(Given given, int nextHop) {
    this(given, nextHop, TRANSPORT);
  }

  RelayUnderTest(Given given, int nextHop, Transport transport) {
    this.given = given;
    this.transport = transport;
    headers = new HeaderBudget(given.headerBudget);
    onward =
        new Onward(
            new OnwardSettings(
                NextHopAddress.parse("smtp://127.0.0.1:" + nextHop),
                "relay.test",
                null,
                null,
                null,
                OnwardSettings.Timeouts.DEFAULT,
                Duration.ofMinutes(5),
                100,
                Pace.UNLIMITED),
            transport,
            new Uncounted());
    onward.probe(transport.eventLoops().next()).toCompletableFuture().join();
  }

  /** Opens one more port, and returns its number. */
  int listen(Port.Kind kind) {
    if (server == null) {
      server = server();
    }
    return server.listen(IpAddress.parse("127.0.0.1"), new Port(0, kind)).getPort();
  }

  private SmtpServer server() {
    limits = new Limits(rates, System::nanoTime, _ -> {});
    var failures = new AuthFailures(rates, System::nanoTime, _ -> {});
    var access = new LimitedAccess(given, limits, failures);
    return new SmtpServer(
        transport,
        device -> onward.delivery(device.eventLoop(), Lane.DEVICES),
        new SessionContext(access, events::add, () -> "id1", CLOCK, headers),
        tls,
        new SmtpServer.Rules(this::portPolicy, limits, proxies, timeouts),
        new Metrics(),
        waiting);
  }

  private PortPolicy portPolicy(Port.Kind kind) {
    return new PortPolicy(
        "relay.test",
        kind.offersStartTls(),
        given.authWithoutTls,
        given.maxMessageBytes,
        65_536,
        given.maxRecipients,
        20);
  }

  /** The next thing that is left behind; waits for it. */
  Event event() throws InterruptedException {
    return Objects.requireNonNull(events.poll(60, TimeUnit.SECONDS), "nothing was recorded");
  }

  /** All that was left behind so far. */
  List<Event> events() {
    return List.copyOf(events);
  }

  /** Devices of an account of their own, which stay. */
  void othersTakePlaces(int places) throws InterruptedException {
    int taken = 0;
    while (taken < places) {
      var admitted = limits.connect(IpAddress.parse("192.0.2.7"));
      if (admitted instanceof Limits.Admission.Admitted(Limits.Place place)) {
        place.mail("another");
        ofOthers.add(place);
        taken++;
      } else {
        Thread.sleep(5); // whoever has just closed is still counted
      }
    }
  }

  void makeRoom() {
    limits.makeRoom();
  }

  /** Waits until no connection is open. */
  void allHaveLeft() throws InterruptedException {
    while (limits.connections() > 0) {
      Thread.sleep(5);
    }
  }

  SmtpServer server(Port.Kind kind) {
    listen(kind);
    return Objects.requireNonNull(server);
  }

  /** Fails unless what all connections share is, behind their end, as if there had been none. */
  @Override
  public void close() {
    try {
      if (server != null) {
        end(server);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } finally {
      onward.close();
    }
  }

  private void end(SmtpServer served) throws InterruptedException {
    served.stopListening();
    assertTrue(served.drain(Duration.ofSeconds(20)), "a conversation isn't over");
    ofOthers.forEach(Limits.Place::leave);
    allHaveLeft();
    assertEquals(0, headers.held(), "octets of headers");
    assertEquals(0, waiting.held(), "octets that wait");
  }
}
