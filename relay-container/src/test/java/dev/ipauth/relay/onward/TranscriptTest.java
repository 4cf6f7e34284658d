package dev.ipauth.relay.onward;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.relay.transcript.Transcript;
import dev.ipauth.relay.transcript.Transcript.Line;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Plays the dialogues in {@code *.txt}. */
class TranscriptTest {

  private static final Path DIALOGUES = Path.of("src/test/resources/dev/ipauth/relay/onward");

  @TestFactory
  Stream<DynamicContainer> transcripts() throws IOException {
    return Stream.of(
        container("envelope.txt"),
        container("kept.txt"),
        container("end.txt"),
        container("opening.txt"),
        container("nonsense.txt"),
        container("slow.txt"));
  }

  private static DynamicContainer container(String file) throws IOException {
    var transcripts = Transcript.in(DIALOGUES.resolve(file));
    assertTrue(transcripts.size() > 3, file + " has lost its transcripts");
    return DynamicContainer.dynamicContainer(file, transcripts.stream().map(TranscriptTest::test));
  }

  private static DynamicTest test(Transcript transcript) {
    return DynamicTest.dynamicTest(transcript.title(), () -> play(transcript));
  }

  private static void play(Transcript transcript) throws IOException {
    try (var play = new Play()) {
      for (Line line : transcript.lines()) {
        try {
          play.step(line);
        } catch (AssertionError | IOException e) {
          throw new AssertionError("At: " + line + "\n" + e.getMessage(), e);
        }
      }
      play.end();
    }
  }
}
