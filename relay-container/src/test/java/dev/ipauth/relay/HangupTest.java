package dev.ipauth.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** SIGHUP, on which services reread their files, and which ends a JVM otherwise. */
class HangupTest {

  @Test
  @Timeout(60)
  void theProcessRereadsAndGoesOn() throws Exception {
    assumeFalse(isIgnored(), "started by nohup, and so are its own processes");
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var classes = System.getProperty("java.class.path");
    var process =
        new ProcessBuilder(java, "-cp", classes, HangupTest.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var said = process.inputReader();
        var orders = process.outputWriter()) {
      assertEquals("listens", said.readLine());
      for (int times = 0; times < 2; times++) {
        var kill = new ProcessBuilder("kill", "-HUP", Long.toString(process.pid())).start();
        assertEquals(0, kill.waitFor());
        assertEquals("rereads", said.readLine());
      }
      orders.write('.');
    }
    assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue());
  }

  /** A JVM leaves a signal alone that it finds ignored. */
  private static boolean isIgnored() throws IOException {
    Path status = Path.of("/proc/self/status");
    return Files.exists(status)
        && Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 1) == 1);
  }

  /** The process of its own; ends when it is told something. */
  static void main(String[] arguments) throws Exception {
    Hangup.runs(() -> System.out.println("rereads"));
    System.out.println("listens");
    System.in.read();
  }
}
