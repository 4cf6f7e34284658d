package dev.ipauth.relay.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.smtp.Event;
import dev.ipauth.relay.transport.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every dialogue three times: line by line, octet by octet, and all of it in one packet. */
class TranscriptTest {
  /** One event loop: on it every device finds the one connection that a scripted next hop takes. */
  private static final Transport TRANSPORT = Transport.ofThisMachine(1);

  private static final Path DIALOGUES = Path.of("src/test/resources/dev/ipauth/relay/wire");

  @TestFactory
  Stream<DynamicTest> dialogues() throws IOException {
    try (Stream<Path> files = Files.list(DIALOGUES)) {
      List<Path> found = files.filter(f -> f.toString().endsWith(".txt")).sorted().toList();
      assertTrue(found.size() > 10, "Where are the dialogues?");
      return found.stream().flatMap(TranscriptTest::atEachPace);
    }
  }

  private static Stream<DynamicTest> atEachPace(Path file) {
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

  private static String inShort(Event event) {
    return switch (event) {
      case Event.Message message -> "message " + message.reply().code();
      case Event.Refused refused ->
          "refused "
              + refused.reason().name().toLowerCase(Locale.ROOT).replace('_', '-')
              + " "
              + refused.reply().code();
    };
  }

  private static void play(Transcript transcript, Device.Pace pace) throws Exception {
    var given = Given.of(transcript.given());
    try (var nextHop = new ScriptedNextHop(transcript.nextHop())) {
      try (var relay = new RelayUnderTest(given, nextHop.port(), TRANSPORT);
          var device = new Device(relay.listen(Port.Kind.STARTTLS), pace)) {
        device.play(transcript.device());
        assertEquals(
            transcript.events(),
            relay.events().stream().map(TranscriptTest::inShort).toList(),
            transcript.name());
      }
      if (transcript.nextHop().stream().anyMatch(line -> line.who().equals("N:"))) {
        nextHop.assertPlayed();
      }
    }
  }
}
