package dev.ipauth.relay.onward;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Plays the dialogues in {@code *.txt}. */
class TranscriptTest {

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
    var transcripts = Transcript.in(file);
    assertTrue(transcripts.size() > 3, file + " has lost its transcripts");
    return DynamicContainer.dynamicContainer(file, transcripts.stream().map(TranscriptTest::test));
  }

  private static DynamicTest test(Transcript transcript) {
    return DynamicTest.dynamicTest(transcript.title(), () -> play(transcript));
  }

  private static void play(Transcript transcript) throws IOException {
    try (var play = new Play()) {
      for (String line : transcript.lines()) {
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
