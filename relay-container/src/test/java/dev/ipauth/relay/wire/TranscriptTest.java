package dev.ipauth.relay.wire;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.limits.Limits;
import dev.ipauth.relay.limits.Rates;
import dev.ipauth.relay.onward.NextHopAddress;
import dev.ipauth.relay.onward.Onward;
import dev.ipauth.relay.onward.OnwardSettings;
import dev.ipauth.relay.operation.Metrics;
import dev.ipauth.relay.smtp.Surroundings;
import dev.ipauth.relay.smtp.Terms;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every dialogue three times: line by line, octet by octet, and all of it in one packet. */
class TranscriptTest {
  private static final Path DIALOGUES = Path.of("src/test/resources/dev/ipauth/relay/wire");
  private static final EventLoopGroup EVENT_LOOPS =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
  private static final ServerTls TLS = new ServerTls(Certificate.SelfSigned.of("relay.test"));
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-23T10:00:00Z"));

  private static final Rates NO_LIMITS = new Rates(0, 0, 0, 0, 0, 0, Duration.ofMinutes(1));

  @AfterAll
  static void stop() {
    EVENT_LOOPS.shutdownGracefully().syncUninterruptibly();
  }

  @TestFactory
  Stream<DynamicTest> dialogues() throws IOException {
    try (Stream<Path> files = Files.list(DIALOGUES)) {
      List<Path> found = files.filter(f -> f.toString().endsWith(".txt")).sorted().toList();
      assertTrue(found.size() > 10, "Where are the dialogues?");
      return found.stream().flatMap(TranscriptTest::threeTimes);
    }
  }

  private static Stream<DynamicTest> threeTimes(Path file) {
    Transcript transcript;
    try {
      transcript = Transcript.read(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return Stream.of(Device.Pace.values())
        .filter(transcript::canGo)
        .map(
            pace ->
                DynamicTest.dynamicTest(
                    transcript.name() + ", " + pace, () -> play(transcript, pace)));
  }

  private static void play(Transcript transcript, Device.Pace pace) throws Exception {
    var given = Given.of(transcript.given());
    try (var nextHop = new ScriptedNextHop(transcript.nextHop())) {
      var relay = relay(given, nextHop.port());
      int port = relay.listen("127.0.0.1", new Port(0, Port.Kind.STARTTLS)).getPort();
      try (var device = new Device(port, pace)) {
        device.play(transcript.device());
      } finally {
        relay.stopListening();
      }
      if (transcript.nextHop().stream().anyMatch(line -> line.who().equals("N:"))) {
        nextHop.assertPlayed();
      }
    }
  }

  private static SmtpServer relay(Given given, int nextHop) {
    var onward =
        new Onward(
            new OnwardSettings(
                NextHopAddress.parse("smtp://127.0.0.1:" + nextHop),
                "relay.test",
                null,
                null,
                OnwardSettings.Patience.DEFAULT,
                Duration.ofSeconds(10)),
            new Uncounted());
    onward.probe(EVENT_LOOPS.next()).toCompletableFuture().join();
    return new SmtpServer(
        EVENT_LOOPS,
        onward::handOn,
        new Surroundings(given, _ -> {}, () -> "id1", CLOCK),
        TLS,
        new SmtpServer.Rules(
            kind -> terms(given, kind),
            new Limits(NO_LIMITS, System::nanoTime, _ -> {}),
            List.of(),
            new SmtpServer.Patience(
                Duration.ofMinutes(5), Duration.ofMinutes(1), Duration.ofMinutes(10))),
        new Metrics());
  }

  private static Terms terms(Given given, Port.Kind kind) {
    return new Terms(
        "relay.test",
        kind.offersStartTls(),
        given.authWithoutTls,
        given.maxMessageBytes,
        65_536,
        given.maxRecipients,
        20);
  }
}
