package dev.ipauth.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A JVM that goes on as another program. */
@DisabledOnOs(OS.WINDOWS)
class ExecTest {
  /** What the JVM of each test runs. */
  static final class Program {
    private Program() {}

    public static void main(String[] command) {
      Exec.goOnAs(List.of(command));
      System.out.println("still here");
    }
  }

  private static Process jvm(String... command) throws IOException {
    var whole =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName()));
    whole.addAll(List.of(command));
    return new ProcessBuilder(whole).redirectErrorStream(true).start();
  }

  private static String said(Process process) throws IOException {
    return String.join("\n", process.inputReader().readAllLines());
  }

  @Test
  void itIsTheSameProcessWithTheSameStreamsAndGetsEveryArgument() throws Exception {
    Process process = jvm("/bin/sh", "-c", "echo $$ \"$1\"; exit 7", "sh", "two words");

    assertEquals(process.pid() + " two words", said(process));
    assertTrue(process.waitFor(1, TimeUnit.MINUTES));
    assertEquals(7, process.exitValue());
  }

  @Test
  void aSignalEndsIt() throws Exception {
    Process process = jvm("/bin/sh", "-c", "echo ready; exec sleep 100");
    assertEquals("ready", process.inputReader().readLine());

    process.toHandle().destroy();

    assertTrue(process.waitFor(1, TimeUnit.MINUTES));
    assertEquals(128 + 15, process.exitValue());
  }

  @Test
  void itGoesOnAsBeforeWhenThereIsNoSuchProgram() throws Exception {
    assertEquals("still here", said(jvm("/nowhere/java")));
  }
}
