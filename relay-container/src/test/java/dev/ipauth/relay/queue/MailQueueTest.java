package dev.ipauth.relay.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.onward.NextHopAddress;
import dev.ipauth.relay.onward.NextHopEvents;
import dev.ipauth.relay.onward.Onward;
import dev.ipauth.relay.onward.OnwardSettings;
import dev.ipauth.relay.onward.Pace;
import dev.ipauth.relay.transport.Transport;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;

/** How a queue begins and ends. Whose tables it is given closes them behind it. */
class MailQueueTest {
  private final Transport transport = Transport.nio(1);
  private final RecordedEvents events = new RecordedEvents();
  private final CountDownLatch asked = new CountDownLatch(1);
  private final AtomicInteger underWay = new AtomicInteger();

  @AfterEach
  void close() {
    transport.eventLoops().shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  /** Holds nothing, and takes its time to say so. */
  private DynamoDbClient slowTables() {
    return (DynamoDbClient)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {DynamoDbClient.class},
            (self, method, arguments) ->
                switch (method.getName()) {
                  case "query" -> slowly(QueryResponse.builder().items(List.of()).build());
                  case "scan" -> slowly(ScanResponse.builder().items(List.of()).build());
                  default -> InvocationHandler.invokeDefault(self, method, arguments);
                });
  }

  private <T> T slowly(T answer) throws InterruptedException {
    underWay.incrementAndGet();
    asked.countDown();
    Thread.sleep(200);
    underWay.decrementAndGet();
    return answer;
  }

  private static NextHopEvents unheard() {
    return (NextHopEvents)
        Proxy.newProxyInstance(
            MailQueueTest.class.getClassLoader(),
            new Class<?>[] {NextHopEvents.class},
            (_, _, _) -> null);
  }

  private MailQueue queue(Path folder, Onward onward) {
    var settings =
        new QueueSettings(
            new QueueSettings.Place.Folder(folder),
            "Queue",
            null,
            List.of(Duration.ofMinutes(1)),
            Duration.ofDays(2),
            Duration.ofHours(4),
            2,
            Duration.ofMinutes(1),
            "postmaster@relay.example",
            Set.of(),
            Duration.ofSeconds(20));
    return new MailQueue(
        settings,
        "relay.example",
        slowTables(),
        new HeldTexts(new HeldTexts.Bounds(100_000, folder)),
        onward,
        transport.eventLoops()::next,
        events);
  }

  private Onward onward() {
    return onward(1);
  }

  private Onward onward(int port) {
    var settings =
        new OnwardSettings(
            NextHopAddress.parse("smtp://127.0.0.1:" + port),
            "relay.example",
            null,
            null,
            null,
            OnwardSettings.Timeouts.DEFAULT,
            Duration.ofSeconds(5),
            1,
            Pace.UNLIMITED);
    return new Onward(settings, transport, unheard());
  }

  @Test
  void stoppedAtItsStartItLeavesTheTablesAlone(@TempDir Path folder) throws InterruptedException {
    try (Onward onward = onward()) {
      MailQueue queue = queue(folder, onward);
      queue.start();
      assertTrue(asked.await(20, TimeUnit.SECONDS));
      queue.drain(Duration.ZERO);
      queue.close();
      assertEquals(0, underWay.get());
      assertEquals(List.of(), events.lines.stream().filter(l -> l.contains("can't")).toList());
    }
  }

  /** A wrong password at the start, or at any later one: nothing but the probe ever hears of it. */
  @Test
  void aProbeThatTheNextHopRefusesSoundsTheAlarmThoughNothingIsKept(@TempDir Path folder)
      throws IOException {
    try (var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Onward onward = onward(server.getLocalPort());
        MailQueue queue = queue(folder, onward)) {
      Thread.startVirtualThread(() -> refuseAll(server));
      for (int i = 0; i < 2; i++) {
        onward.probe(transport.eventLoops().next()).toCompletableFuture().join();
      }
      queue.count();
    }
    assertEquals(
        List.of("alarm OPERATOR_FAULT", "alarm NEXT_HOP_DOWN"),
        events.lines.stream()
            .filter(line -> line.contains("OPERATOR") || line.contains("DOWN"))
            .toList());
  }

  private static void refuseAll(ServerSocket server) {
    try {
      while (true) {
        try (Socket connection = server.accept()) {
          connection.getOutputStream().write("554 no mail from you\r\n".getBytes(US_ASCII));
        }
      }
    } catch (IOException _) {
      // Closed: the test is over.
    }
  }
}
