package dev.ipauth.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Without it, the image's build would end with an error and no image. */
class TrainingRunTest {
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin/java").toString();

  @Test
  void everyMessageIsTaken() {
    assertDoesNotThrow(() -> TrainingRun.play(java("dev.ipauth.relay.Main"), 2));
  }

  @Test
  void aRelayThatDoesNotStartEndsIt() {
    assertThrows(UncheckedIOException.class, () -> TrainingRun.play(java("no.such.Relay"), 2));
  }

  @Test
  void withoutACommandThereIsNothingToTrain() throws Exception {
    Process process =
        new ProcessBuilder(java("dev.ipauth.training.TrainingRun"))
            .redirectErrorStream(true)
            .start();
    try {
      assertTrue(process.waitFor(30, TimeUnit.SECONDS), "A relay has started");
      assertEquals(2, process.exitValue());
      assertTrue(
          new String(process.getInputStream().readAllBytes(), UTF_8)
              .startsWith("The command that starts a relay is missing"));
    } finally {
      process.destroyForcibly();
    }
  }

  private static List<String> java(String main) {
    return List.of(JAVA, "-cp", System.getProperty("java.class.path"), main);
  }
}
