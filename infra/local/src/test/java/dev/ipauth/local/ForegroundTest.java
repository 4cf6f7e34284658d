package dev.ipauth.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The platform in a process of its own: how it ends, and what it is told by signals. */
class ForegroundTest {
  private static final Map<String, String> ANY_PORTS =
      Map.of("HTTP_PORT", "0", "SMTP_PORTS", "0", "SMTPS_PORTS", "0", "MANAGEMENT_PORT", "0");

  /** Where it wasn't started from a terminal. */
  @Test
  @Timeout(120)
  @DisabledOnOs(OS.WINDOWS)
  void itGoesOnAfterSighupAndEndsWithSigterm() throws Exception {
    Process platform = platform(ANY_PORTS).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader said = platform.inputReader()) {
      String line = said.readLine();
      while (!"ready".equals(line)) {
        assertNotNull(line, "It ended before it was ready");
        line = said.readLine();
      }
      send("HUP", platform);
      send("HUP", platform);
      assertFalse(platform.waitFor(3, TimeUnit.SECONDS), "SIGHUP ended it");

      send("TERM", platform);

      assertTrue(platform.waitFor(60, TimeUnit.SECONDS));
      assertEquals(0, platform.exitValue());
    } finally {
      platform.destroyForcibly();
    }
  }

  @Test
  void aCertificateThatCannotBeUsedIsOneLine(@TempDir Path folder) throws Exception {
    Path said = folder.resolve("said");
    String key = Files.writeString(folder.resolve("key.pem"), "no key").toString();
    var builder = platform(ANY_PORTS).redirectError(said.toFile());
    builder
        .environment()
        .putAll(Map.of("MAX_CONNECTIONS", "10", "TLS_CERTIFICATE", key, "TLS_PRIVATE_KEY", key));
    Process process = builder.start();
    process.waitFor(60, TimeUnit.SECONDS);
    process.destroyForcibly().waitFor();
    assertEquals(List.of(key + " holds no certificate in PEM"), Files.readAllLines(said));
    assertEquals(2, process.exitValue());
  }

  private static ProcessBuilder platform(Map<String, String> settings) {
    var process =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName());
    process.environment().putAll(settings);
    return process;
  }

  private static void send(String signal, Process platform) throws Exception {
    var kill = new ProcessBuilder("kill", "-" + signal, Long.toString(platform.pid())).start();
    assertEquals(0, kill.waitFor());
  }
}
