package dev.ipauth.relay.onward;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.onward.Failure.Kind;
import dev.ipauth.relay.onward.Failure.Stage;
import dev.ipauth.relay.smtp.MailFrom;
import dev.ipauth.relay.smtp.NextHop.Extension;
import dev.ipauth.relay.smtp.RcptTo;
import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.relay.smtp.Submission;
import dev.ipauth.relay.tls.ClientTls;
import dev.ipauth.relay.transport.Transport;
import io.netty.channel.EventLoop;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A next hop behind several addresses: each is tried until one is ready for mail. */
class NextHopOfSeveralAddressesTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final String SILENCE = "";
  private static final List<String> FIVE =
      IntStream.rangeClosed(1, 5).mapToObj(each -> "127.0.0." + each).toList();
  private static final Transport TRANSPORT = Transport.ofThisMachine();

  @AfterAll
  static void end() {
    TRANSPORT.eventLoops().shutdownGracefully();
  }

  /** What is at one of the addresses. */
  private interface Place extends AutoCloseable {
    int port();

    @Override
    void close() throws IOException;
  }

  /** Opens a place at this port, 0 for one that is free. */
  private interface Opening {
    Place at(int port) throws IOException;
  }

  /** Says its lines, one after each that it hears, on every connection. */
  private record Server(ServerSocket socket) implements Place {

    static Opening of(String address, String... lines) {
      return port -> {
        var socket = new ServerSocket();
        bind(socket, () -> socket.bind(at(address, port)));
        Thread.startVirtualThread(() -> serve(socket, lines));
        return new Server(socket);
      };
    }

    private static void serve(ServerSocket socket, String... lines) {
      try {
        while (true) {
          answer(socket, lines);
        }
      } catch (IOException _) {
        // Closed: the test is over.
      }
    }

    private static void answer(ServerSocket socket, String... lines) throws IOException {
      try (var connection = socket.accept()) {
        var heard = new byte[4096]; // a command; or what TLS begins with, which isn't answered
        boolean more = true;
        for (String line : lines) {
          if (more) {
            connection
                .getOutputStream()
                .write(line.equals(SILENCE) ? new byte[0] : (line + "\r\n").getBytes(US_ASCII));
            more = connection.getInputStream().read(heard) >= 0;
          }
        }
      }
    }

    @Override
    public int port() {
      return socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  /** Has the port, so that nobody else listens there, and refuses every connection. */
  private record Nobody(Socket socket) implements Place {

    static Opening of(String address) {
      return port -> {
        var socket = new Socket();
        bind(socket, () -> socket.bind(at(address, port)));
        return new Nobody(socket);
      };
    }

    @Override
    public int port() {
      return socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  /** All that is there, at one port. */
  private record Places(List<Place> all) implements AutoCloseable {

    static Places of(Opening... openings) throws IOException {
      for (int attempt = 0; attempt < 20; attempt++) {
        var places = new Places(new ArrayList<>());
        try {
          for (Opening opening : openings) {
            places.all.add(opening.at(places.all.isEmpty() ? 0 : places.port()));
          }
          return places;
        } catch (BindException _) {
          places.close(); // free at the first address, and taken at another
        }
      }
      throw new BindException("No port is free at all of the addresses");
    }

    int port() {
      return all.getFirst().port();
    }

    @Override
    public void close() throws IOException {
      for (Place place : all) {
        place.close();
      }
    }
  }

  private interface Binding {
    void bind() throws IOException;
  }

  private static void bind(Closeable socket, Binding binding) throws IOException {
    try {
      binding.bind();
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }

  @Test
  void theNextAddressIsTriedWhereNobodyListens() throws Exception {
    try (var places =
        Places.of(
            Nobody.of("127.0.0.1"),
            Nobody.of("127.0.0.2"),
            Server.of("127.0.0.3", "220 third", "250 third"))) {
      var opened = open(places.port(), "127.0.0.1", "127.0.0.2", "127.0.0.3");
      assertEquals(at("127.0.0.3", places.port()), opened.join());
    }
  }

  @Test
  void theNextAddressIsTriedWhereTheServerTakesNoMailNow() throws Exception {
    try (var places =
        Places.of(
            Server.of("127.0.0.1", "421 too many connections"),
            Server.of("127.0.0.2", "220 second", "421 shutting down"),
            Server.of("127.0.0.3", "220 third", "250 third"))) {
      var opened = open(places.port(), "127.0.0.1", "127.0.0.2", "127.0.0.3");
      assertEquals(at("127.0.0.3", places.port()), opened.join());
    }
  }

  @Test
  void brokenTlsAtOneAddressAndNobodyAtAnotherIsTakenInTheClear() throws Exception {
    try (var places =
        Places.of(
            Server.of("127.0.0.2", "220 first", "250-first\r\n250 STARTTLS", "220 go on"),
            Nobody.of("127.0.0.3"))) {
      var opened = open(places.port(), "127.0.0.2", "127.0.0.3");
      assertEquals(at("127.0.0.2", places.port()), opened.join());
    }
  }

  @Test
  void theLastFailureIsTheAnswer() throws Exception {
    try (var places =
        Places.of(Nobody.of("127.0.0.1"), Server.of("127.0.0.2", "421 too many connections"))) {
      var opened = open(places.port(), "127.0.0.1", "127.0.0.2");
      var lost = assertThrows(CompletionException.class, opened::join);
      assertEquals(Stage.GREETING, NextHopLost.of(Stage.CONNECT, lost).stage());
    }
  }

  private static Places fiveSilent() throws IOException {
    return Places.of(FIVE.stream().map(each -> Server.of(each, SILENCE)).toArray(Opening[]::new));
  }

  @Test
  void manySilentAddressesDoNotAddUpAndTheNextAttemptBeginsWithOthers() throws Exception {
    var tried = new CopyOnWriteArrayList<String>();
    try (var places = fiveSilent()) {
      var connector = connector(places.port(), Duration.ofMillis(300), FIVE, tried);
      var lost = assertThrows(CompletionException.class, open(connector)::join);
      Failure failure = NextHopLost.of(Stage.CONNECT, lost).failure();
      assertEquals(Kind.TIMED_OUT, failure.kind(), failure::toString);
      var first = List.copyOf(tried);
      assertTrue(first.size() <= 2, first::toString);

      tried.clear();
      assertThrows(CompletionException.class, open(connector)::join);
      assertFalse(first.contains(tried.getFirst()), first + ", then " + tried);
    }
  }

  /** Silent ones in front would otherwise keep those behind them from a second turn for ever. */
  @Test
  void whereAllHaveFailedEachHasItsTurnAgain() throws Exception {
    var tried = new CopyOnWriteArrayList<String>();
    try (var places = fiveSilent()) {
      var connector = connector(places.port(), Duration.ofMillis(50), FIVE, tried);
      while (tried.size() < 2 * FIVE.size()) {
        assertThrows(CompletionException.class, open(connector)::join);
      }
      assertEquals(FIVE, tried.subList(0, 5));
      assertEquals(FIVE, tried.subList(5, 10));
    }
  }

  /** What all addresses offer is for EHLO; who reports a delivery is whoever took the message. */
  @ParameterizedTest
  @CsvSource({"250-first\\r\\n250 DSN, false, true", "250 first, true, false"})
  void whoTookTheMessageReportsItsDeliveryIfThatOneOffersTo(
      String ehlo, boolean allOffer, boolean reports) throws Exception {
    String said = ehlo.translateEscapes();
    try (var places =
        Places.of(
            Server.of(
                "127.0.0.1", "220 first", said, "250 mail", "250 rcpt", "354 go", "250 ok"))) {
      EventLoop loop = TRANSPORT.eventLoops().next();
      var connector = connector(places.port(), TIMEOUT, List.of("127.0.0.1"), new ArrayList<>());
      Set<Extension> offeredByAll = allOffer ? Set.of(Extension.DSN) : Set.of();
      var delivery =
          new SmtpDelivery(
              new ConnectionPool(loop, TIMEOUT, new Semaphore(0), () -> false),
              _ -> CompletableFuture.completedStage(Pass.free()),
              () -> connector.open(loop),
              () -> offeredByAll,
              new RecordingEvents());
      var from = new MailFrom("a@example.com", -1, false, false, null, null);

      assertEquals(250, ask(loop, () -> delivery.begin(new Submission("m1", null, null, from))));
      assertEquals(250, ask(loop, () -> delivery.recipient(new RcptTo("b@x", "SUCCESS", null))));
      assertEquals(354, ask(loop, delivery::data));
      assertEquals(250, ask(loop, delivery::finish));

      assertEquals(reports, delivery.reportsDeliveries());
    }
  }

  private static int ask(EventLoop loop, Supplier<CompletionStage<Reply>> question) {
    return CompletableFuture.supplyAsync(question, loop)
        .thenCompose(reply -> reply)
        .orTimeout(60, TimeUnit.SECONDS)
        .join()
        .code();
  }

  private static CompletableFuture<InetSocketAddress> open(int port, String... addresses) {
    return open(connector(port, TIMEOUT, List.of(addresses), new ArrayList<>()));
  }

  private static CompletableFuture<InetSocketAddress> open(Connector connector) {
    EventLoop eventLoop = TRANSPORT.eventLoops().next();
    return connector.open(eventLoop).toCompletableFuture().thenApply(o -> address(o));
  }

  /**
   * @param timeout with each reply
   * @param tried told of every address that was connected to
   */
  private static Connector connector(
      int port, Duration timeout, List<String> addresses, List<String> tried) {
    var settings =
        new OnwardSettings(
            NextHopAddress.parse("smtp://next.example:" + port),
            "relay.example",
            null,
            null,
            null,
            new OnwardSettings.Timeouts(TIMEOUT, timeout, TIMEOUT, TIMEOUT),
            TIMEOUT,
            1,
            Pace.UNLIMITED);
    List<InetAddress> found = addresses.stream().map(InetAddress::ofLiteral).toList();
    Steps steps =
        (step, what) -> {
          if (step.equals("connect")) {
            tried.add(what.substring(0, what.indexOf(',')));
          }
        };
    return new Connector(
        settings,
        TRANSPORT,
        new ClientTls(settings.tls()),
        () -> CompletableFuture.completedStage(found),
        _ -> new Backlog(1 << 20),
        steps);
  }

  private static InetSocketAddress address(NextHopConnection opened) {
    var remote = (InetSocketAddress) opened.channel().remoteAddress();
    opened.close();
    return remote;
  }
}
