package dev.ipauth.relay.rehearsal;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Without it, the image's build would end with an error and no image. */
class RehearsalTest {
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin/java").toString();

  @Test
  void everyMessageIsTaken() {
    assertDoesNotThrow(() -> Rehearsal.play(relay("dev.ipauth.relay.Main"), 2));
  }

  @Test
  void aRelayThatDoesNotStartEndsIt() {
    assertThrows(UncheckedIOException.class, () -> Rehearsal.play(relay("no.such.Relay"), 2));
  }

  private static List<String> relay(String main) {
    return List.of(JAVA, "-cp", System.getProperty("java.class.path"), main);
  }
}
