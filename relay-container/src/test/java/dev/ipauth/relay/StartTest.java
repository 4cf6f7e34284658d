package dev.ipauth.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A relay that can't start says why in one line, and its exit status is 2. */
class StartTest {
  private static final Map<String, String> LEAST =
      Map.ofEntries(
          Map.entry("PASSWORD_PEPPER", "cGVwcGVycGVwcGVycGVwcGVycGVwcGVycGVwcGVycGU="),
          Map.entry("NEXT_HOP", "smtp://127.0.0.1:1"),
          Map.entry("AWS_REGION", "eu-central-1"),
          Map.entry("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1"),
          Map.entry("AWS_ACCESS_KEY_ID", "local"),
          Map.entry("AWS_SECRET_ACCESS_KEY", "local"),
          Map.entry("LISTEN_ADDRESS", "127.0.0.1"),
          Map.entry("SMTP_PORTS", "0"),
          Map.entry("SMTPS_PORTS", "none"),
          Map.entry("MANAGEMENT_PORT", "0"),
          Map.entry("MAX_CONNECTIONS", "10"));

  /** One that was started, and what it is to say. */
  private record Started(Process process, Path said, String line) {}

  @Test
  void whatCannotBeUsedIsOneLine(@TempDir Path folder) throws Exception {
    Path store = Files.write(folder.resolve("all.p12"), new byte[] {0x30, 4, 2, 1, 3, 0x30});
    String cure = "Make PEM of it: openssl pkcs12 -nodes -in " + store + " -out all.pem";
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      var all =
          List.of(
              start(
                  folder.resolve("address"),
                  Map.of("LISTEN_ADDRESS", "2001:db8::1"),
                  "LISTEN_ADDRESS=2001:db8::1 can't be used. It is no address of this machine."),
              start(
                  folder.resolve("port"),
                  Map.of("SMTP_PORTS", port),
                  "Port " + port + " can't be opened: Address already in use."),
              start(
                  folder.resolve("management"),
                  Map.of("MANAGEMENT_PORT", port),
                  "The management port " + port + " can't be opened: Address already in use"),
              start(
                  folder.resolve("certificate"),
                  Map.of("TLS_CERTIFICATE", store.toString(), "TLS_PRIVATE_KEY", store.toString()),
                  store + " is PKCS #12. " + cure));
      for (Started one : all) {
        one.process().waitFor(60, TimeUnit.SECONDS);
        one.process().destroyForcibly().waitFor();
        assertEquals(List.of(one.line()), Files.readAllLines(one.said()));
        assertEquals(2, one.process().exitValue());
      }
    }
  }

  private static Started start(Path said, Map<String, String> settings, String line)
      throws IOException {
    var builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName())
            .redirectError(said.toFile());
    var environment = new HashMap<>(LEAST);
    environment.putAll(settings);
    builder.environment().putAll(environment);
    return new Started(builder.start(), said, line);
  }
}
