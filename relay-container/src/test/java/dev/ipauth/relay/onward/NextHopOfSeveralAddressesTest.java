package dev.ipauth.relay.onward;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.onward.Failure.Kind;
import dev.ipauth.relay.onward.Failure.Stage;
import dev.ipauth.relay.tls.ClientTls;
import dev.ipauth.relay.transport.Transport;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A next hop behind several addresses: each is tried until one is ready for mail. */
class NextHopOfSeveralAddressesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String SILENCE = "";
  private static final Transport TRANSPORT = Transport.ofThisMachine();

  @AfterAll
  static void end() {
    TRANSPORT.eventLoops().shutdownGracefully();
  }

  /** Says its lines, one after each that it hears, on every connection. */
  private record Server(ServerSocket socket) implements AutoCloseable {

    static Server at(String address, int port, String... lines) throws IOException {
      var socket = new ServerSocket();
      socket.bind(new InetSocketAddress(InetAddress.ofLiteral(address), port));
      Thread.startVirtualThread(() -> serve(socket, lines));
      return new Server(socket);
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

    int port() {
      return socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Test
  void theNextAddressIsTriedWhereNobodyListens() throws Exception {
    try (var server = Server.at("127.0.0.3", 0, "220 third", "250 third")) {
      var opened = open(server.port(), "127.0.0.1", "127.0.0.2", "127.0.0.3");
      assertEquals(new InetSocketAddress("127.0.0.3", server.port()), opened.join());
    }
  }

  @Test
  void theNextAddressIsTriedWhereTheServerTakesNoMailNow() throws Exception {
    try (var good = Server.at("127.0.0.3", 0, "220 third", "250 third");
        var full = Server.at("127.0.0.1", good.port(), "421 too many connections");
        var broken = Server.at("127.0.0.2", good.port(), "220 second", "421 shutting down")) {
      var opened = open(good.port(), "127.0.0.1", "127.0.0.2", "127.0.0.3");
      assertEquals(new InetSocketAddress("127.0.0.3", good.port()), opened.join());
      assertEquals(full.port(), broken.port());
    }
  }

  @Test
  void brokenTlsAtOneAddressAndNobodyAtAnotherIsTakenInTheClear() throws Exception {
    try (var broken =
        Server.at("127.0.0.2", 0, "220 first", "250-first\r\n250 STARTTLS", "220 go on")) {
      var opened = open(broken.port(), "127.0.0.2", "127.0.0.3");
      assertEquals(new InetSocketAddress("127.0.0.2", broken.port()), opened.join());
    }
  }

  @Test
  void theLastFailureIsTheAnswer() throws Exception {
    try (var full = Server.at("127.0.0.2", 0, "421 too many connections")) {
      var lost =
          assertThrows(
              CompletionException.class, open(full.port(), "127.0.0.1", "127.0.0.2")::join);
      assertEquals(Stage.GREETING, NextHopLost.of(Stage.CONNECT, lost).stage());
    }
  }

  @Test
  void manySilentAddressesDoNotAddUpAndTheNextAttemptBeginsWithOthers() throws Exception {
    try (var good = Server.at("127.0.0.5", 0, "220 fifth", "250 fifth");
        var first = Server.at("127.0.0.1", good.port(), SILENCE);
        var second = Server.at("127.0.0.2", good.port(), SILENCE);
        var third = Server.at("127.0.0.3", good.port(), SILENCE);
        var fourth = Server.at("127.0.0.4", good.port(), SILENCE)) {
      var connector =
          connector(
              good.port(),
              Duration.ofMillis(300),
              List.of("127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5"));
      var lost = assertThrows(CompletionException.class, open(connector)::join);
      Failure failure = NextHopLost.of(Stage.CONNECT, lost).failure();
      assertEquals(Kind.TIMED_OUT, failure.kind(), failure::toString);
      int attempts = 1;
      while (open(connector).handle((_, failed) -> failed != null).join()) {
        attempts++;
      }
      assertTrue(attempts < 4, "attempts in vain: " + attempts);
      assertEquals(first.port() + second.port(), third.port() + fourth.port());
    }
  }

  private static CompletableFuture<InetSocketAddress> open(int port, String... addresses) {
    return open(connector(port, PATIENCE, List.of(addresses)));
  }

  private static CompletableFuture<InetSocketAddress> open(Connector connector) {
    EventLoop eventLoop = TRANSPORT.eventLoops().next();
    return connector.open(eventLoop).toCompletableFuture().thenApply(o -> address(o));
  }

  private static Connector connector(int port, Duration patience, List<String> addresses) {
    var settings =
        new OnwardSettings(
            NextHopAddress.parse("smtp://next.example:" + port),
            "relay.example",
            null,
            null,
            null,
            new OnwardSettings.Timeouts(patience, patience, patience, patience),
            patience,
            1,
            Pace.UNLIMITED);
    List<InetAddress> found = addresses.stream().map(InetAddress::ofLiteral).toList();
    return new Connector(
        settings,
        TRANSPORT,
        new ClientTls(settings.tls()),
        () -> CompletableFuture.completedStage(found),
        _ -> new Backlog(1 << 20),
        Steps.unwatched());
  }

  private static InetSocketAddress address(NextHopConnection opened) {
    var remote = (InetSocketAddress) opened.channel().remoteAddress();
    opened.close();
    return remote;
  }
}
