package dev.ipauth.relay.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileDescriptorsTest {

  /**
   * Two hundred are for all else; each device needs one, and one to the next hop. -1 is no limit.
   */
  @ParameterizedTest
  @CsvSource({
    "202, 1",
    "203, 1",
    "1024, 412",
    "65536, 32668",
    "1048576, 524188",
    "9223372036854775807, 2147483647",
    "-1, 2147483647"
  })
  void halfOfWhatIsLeftIsForDevices(long descriptors, int connections) {
    assertEquals(connections, FileDescriptors.connections(descriptors));
  }

  @Test
  void tooFewAreSaidInASentence() {
    var e = assertThrows(IllegalArgumentException.class, () -> FileDescriptors.connections(64));
    assertEquals(
        "This process may have 64 files open, and needs 202 at least. Raise the limit (ulimit -n,"
            + " LimitNOFILE, nofile).",
        e.getMessage());
  }

  @Test
  void thisProcessHasEnough() {
    assertTrue(FileDescriptors.connections() > 0);
  }
}
