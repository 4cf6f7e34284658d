package dev.ipauth.relay.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.smtp.Event;
import dev.ipauth.relay.transcript.Transcript;
import dev.ipauth.relay.transcript.Transcript.Line;
import dev.ipauth.relay.transport.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every dialogue three times: line by line, octet by octet, and all of it in one packet.
 *
 * <p>The device waits for the {@code S:} lines before it goes on. {@code TLS}: it begins TLS;
 * {@code CLOSED}: the relay closed its connection; {@code NEXT-HOP-CLOSES} says itself. An {@code
 * L:} line is an event, why, and the reply's code.
 */
class TranscriptTest {
  /** One event loop: on it every device finds the one connection that a scripted next hop takes. */
  private static final Transport TRANSPORT = Transport.ofThisMachine(1);

  private static final String[] DEVICE = {"C:", "S:", "TLS", "CLOSED"};
  private static final String[] NEXT_HOP = {"N:", "H:", "NEXT-HOP-CLOSES"};

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
      transcript = Transcript.in(file).getFirst();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return Stream.of(Device.Pace.values())
        .filter(pace -> canGo(transcript, pace))
        .map(
            pace ->
                DynamicTest.dynamicTest(
                    transcript.title() + ", " + pace, () -> play(transcript, pace)));
  }

  /**
   * Whether it goes the same way at this pace: what the device sends can go in one packet where it
   * is known before the relay answers.
   */
  private static boolean canGo(Transcript transcript, Device.Pace pace) {
    boolean inStepOnly = transcript.given().contains("only in step");
    return switch (pace) {
      case LINE_BY_LINE -> true;
      case OCTET_BY_OCTET -> !inStepOnly;
      case ONE_PACKET, ONE_PACKET_AND_THE_END -> !inStepOnly && transcript.of("TLS").isEmpty();
    };
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
    List<Line> asDevice = transcript.of(DEVICE);
    List<Line> asNextHop = transcript.of(NEXT_HOP);
    List<Line> left = transcript.of("L:");
    int known = transcript.given().size() + asDevice.size() + asNextHop.size() + left.size();
    assertEquals(transcript.lines().size(), known, "lines that nobody understands");
    try (var nextHop = new ScriptedNextHop(asNextHop)) {
      try (var relay = new RelayUnderTest(given, nextHop.port(), TRANSPORT);
          var device = new Device(relay.listen(Port.Kind.STARTTLS), pace)) {
        device.play(asDevice);
        assertEquals(
            left.stream().map(Line::text).toList(),
            relay.events().stream().map(TranscriptTest::inShort).toList(),
            transcript.title());
      }
      if (!transcript.of("N:").isEmpty()) {
        nextHop.assertPlayed();
      }
    }
  }
}
