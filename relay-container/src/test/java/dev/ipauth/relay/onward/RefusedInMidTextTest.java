package dev.ipauth.relay.onward;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.ipauth.relay.smtp.Reply;
import dev.ipauth.relay.transport.Transport;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A next hop that says 552 in the middle of the text and closes with much of it unread: TCP then
 * resets the connection, and writing to it fails, before or after the 552 was read. However that
 * goes, the device hears 552.
 */
class RefusedInMidTextTest {
  private static final int ROUNDS = 150;
  private static final int PIECE = 32_768;

  static Stream<Supplier<Transport>> transports() {
    return Stream.of(Transport::ofThisMachine, () -> Transport.nio(1));
  }

  @ParameterizedTest
  @MethodSource("transports")
  void theRefusalIsHeard(Supplier<Transport> transports) throws Exception {
    Transport transport = transports.get();
    try (var nextHop = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.startVirtualThread(() -> refuseEverything(nextHop));
      var onward = new Onward(settings(nextHop.getLocalPort()), transport, new RecordingEvents());
      var heard = new ArrayList<Integer>();
      for (int i = 0; i < ROUNDS; i++) {
        heard.add(send(onward, transport.eventLoops().next()).code());
      }
      assertEquals(List.of(552), heard.stream().distinct().toList());
    } finally {
      transport.eventLoops().shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }

  private static OnwardSettings settings(int port) {
    var limit = Duration.ofSeconds(20);
    return new OnwardSettings(
        NextHopAddress.parse("smtp://127.0.0.1:" + port),
        "relay.example",
        null,
        null,
        null,
        new OnwardSettings.Timeouts(limit, limit, limit, limit),
        limit,
        0,
        Pace.UNLIMITED);
  }

  private static void refuseEverything(ServerSocket nextHop) {
    try {
      while (true) {
        try (Socket connection = nextHop.accept()) {
          refuse(connection);
        }
      }
    } catch (IOException _) {
      // Closed: the test is over.
    }
  }

  private static void refuse(Socket connection) throws IOException {
    var in = new BufferedReader(new InputStreamReader(connection.getInputStream(), US_ASCII), 64);
    say(connection, "220 next.example");
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.equals("DATA")) {
        say(connection, "354 go");
        in.readLine();
        say(connection, "552 5.3.4 too much");
        return;
      }
      say(connection, "250 fine");
    }
  }

  private static void say(Socket connection, String line) throws IOException {
    connection.getOutputStream().write((line + "\r\n").getBytes(US_ASCII));
  }

  private static Reply send(Onward onward, EventLoop eventLoop) {
    var delivery = (SmtpDelivery) onward.delivery(eventLoop, Lane.DEVICES);
    var said =
        CompletableFuture.supplyAsync(
                () ->
                    delivery
                        .begin(Device.mail("FROM:<a@example.com>"))
                        .thenCompose(_ -> delivery.recipient(Device.rcpt("TO:<b@example.org>")))
                        .thenCompose(_ -> delivery.data())
                        .thenCompose(_ -> text(delivery, eventLoop, 40)),
                eventLoop)
            .thenCompose(answer -> answer);
    return Device.await(said);
  }

  /** Sends so many more pieces, as fast as the next hop takes them, and then the end. */
  private static CompletionStage<Reply> text(
      SmtpDelivery delivery, EventLoop eventLoop, int pieces) {
    if (pieces == 0) {
      return delivery.finish();
    }
    delivery.text(
        Unpooled.wrappedBuffer(
            "0123456789012345678901234567890\n".repeat(PIECE / 32).getBytes(US_ASCII)));
    delivery.flush();
    var writable = new CompletableFuture<Void>();
    delivery.whenWritable(() -> eventLoop.execute(() -> writable.complete(null)));
    return writable.thenCompose(_ -> text(delivery, eventLoop, pieces - 1));
  }
}
