package dev.ipauth.local;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the platform can't be started with is one line, and its exit status is 2. */
class ForegroundTest {

  @Test
  void aCertificateThatCannotBeUsedIsOneLine(@TempDir Path folder) throws Exception {
    Path said = folder.resolve("said");
    Path key = Files.writeString(folder.resolve("key.pem"), "no key");
    var builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName())
            .redirectError(said.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "HTTP_PORT", "0",
                "SMTP_PORTS", "0",
                "SMTPS_PORTS", "none",
                "MANAGEMENT_PORT", "0",
                "MAX_CONNECTIONS", "10",
                "TLS_CERTIFICATE", key.toString(),
                "TLS_PRIVATE_KEY", key.toString()));
    Process process = builder.start();
    process.waitFor(60, TimeUnit.SECONDS);
    process.destroyForcibly().waitFor();
    assertEquals(List.of(key + " holds no certificate in PEM"), Files.readAllLines(said));
    assertEquals(2, process.exitValue());
  }
}
