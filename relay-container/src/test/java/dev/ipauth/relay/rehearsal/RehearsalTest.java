package dev.ipauth.relay.rehearsal;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import java.io.OutputStream;
import org.junit.jupiter.api.Test;

/** Without it, the image's build would end with an error and no image. */
class RehearsalTest {
  @Test
  void everyMessageIsTaken() {
    assertDoesNotThrow(() -> Rehearsal.play(2, OutputStream.nullOutputStream()));
  }
}
