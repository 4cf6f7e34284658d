package dev.ipauth.local;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.local.sink.SunkMessage;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A scanner at 127.0.0.23 and what becomes of its mail, over real sockets. */
class StoryTest {
  private static final Duration CACHE_TTL = Duration.ofMillis(500);
  private static final Map<String, String> ANY_PORTS =
      Map.of(
          "HTTP_PORT", "0",
          "SMTP_PORTS", "0",
          "SMTPS_PORTS", "0",
          "MANAGEMENT_PORT", "0",
          "CACHE_TTL", CACHE_TTL.toString());
  private static final String SCANNER = "127.0.0.23";
  private static final String HELLO = "Subject: hello\r\n\r\nHello.\r\n";

  private static Platform start() {
    return Platform.start(ANY_PORTS, OutputStream.nullOutputStream());
  }

  @Test
  void aScannerSendsByItsAddressUntilTheAddressIsTakenAway() throws Exception {
    try (Platform platform = start();
        Api acme = new Api(platform, "acme");
        Device before = Device.at(SCANNER, platform)) {
      acme.create("scanner-2f");
      String refusal = before.send(HELLO);
      assertTrue(refusal.startsWith("530 5.7.0") && refusal.contains(SCANNER), refusal);

      assertEquals(200, acme.nominate("scanner-2f", SCANNER).statusCode());
      waitForTheCache();
      String scan = scan(3_000_000);
      // The connection that was refused before is as good as a new one.
      assertTrue(before.send(scan).startsWith("250 "));
      SunkMessage kept = platform.sink().messages().getFirst();
      assertEquals(scan, withoutTrace(new String(kept.data(), ISO_8859_1)));
      assertEquals("scans@example.com", kept.mailFrom());

      try (Device neighbour = Device.at("127.0.0.24", platform)) {
        assertTrue(neighbour.send(HELLO).startsWith("530 5.7.0"));
      }

      assertEquals(204, acme.release("scanner-2f").statusCode());
      waitForTheCache();
      assertTrue(before.send(HELLO).startsWith("530 5.7.0"), "the old connection still sends");
      try (Device after = Device.at(SCANNER, platform)) {
        assertTrue(after.send(HELLO).startsWith("530 5.7.0"));
      }
      assertEquals(1, platform.sink().messages().size());
    }
  }

  @Test
  void anAddressHasOneOwnerOnTheWholePlatform() throws Exception {
    try (Platform platform = start();
        Api acme = new Api(platform, "acme");
        Api globex = new Api(platform, "globex")) {
      acme.create("scanner-2f");
      globex.create("globex-printer");
      assertEquals(200, acme.nominate("scanner-2f", SCANNER).statusCode());

      var refused = globex.nominate("globex-printer", SCANNER);
      assertEquals(409, refused.statusCode());
      assertTrue(refused.body().contains("/problems/ip-already-assigned"));
      assertFalse(refused.body().contains("scanner-2f") || refused.body().contains("acme"));
      assertEquals(404, globex.get("/v1/ip-authentications/" + SCANNER).statusCode());

      assertEquals(204, acme.release("scanner-2f").statusCode());
      assertEquals(200, globex.nominate("globex-printer", SCANNER).statusCode());
      assertEquals(409, acme.nominate("scanner-2f", SCANNER).statusCode());
      assertEquals(204, globex.delete("globex-printer").statusCode());
      assertEquals(200, acme.nominate("scanner-2f", SCANNER).statusCode());
    }
  }

  @Test
  void thePasswordWorksFromAnywhere() throws Exception {
    try (Platform platform = start();
        Api acme = new Api(platform, "acme")) {
      String password = acme.create("scanner-2f");
      acme.nominate("scanner-2f", SCANNER);
      for (String address : new String[] {SCANNER, "127.0.0.99"}) {
        try (Device device = Device.at(address, platform)) {
          device.startTls();
          device.say("EHLO device");
          assertTrue(device.authenticate("Scanner-2F", password).startsWith("235 "));
          assertTrue(device.send(HELLO).startsWith("250 "));
        }
        try (Device device = Device.overTls(address, platform)) {
          device.say("EHLO device");
          assertTrue(device.authenticate("scanner-2f", "wrong").startsWith("535 5.7.8"));
          assertTrue(device.authenticate("scanner-2f", password).startsWith("235 "));
          assertTrue(device.send(HELLO).startsWith("250 "));
        }
      }
      assertEquals(4, platform.sink().messages().size());
    }
  }

  @Test
  void whatIsInTheDataFolderOutlivesTheProcess(@TempDir Path folder) throws Exception {
    var environment = new HashMap<>(ANY_PORTS);
    environment.put("DATA_DIR", folder.toString());
    String password;
    try (Platform platform = Platform.start(environment, OutputStream.nullOutputStream());
        Api acme = new Api(platform, "acme")) {
      password = acme.create("scanner-2f");
      acme.nominate("scanner-2f", SCANNER);
    }
    try (Platform platform = Platform.start(environment, OutputStream.nullOutputStream())) {
      try (Device device = Device.at(SCANNER, platform)) {
        assertTrue(device.send(HELLO).startsWith("250 "));
      }
      try (Device device = Device.overTls("127.0.0.99", platform)) {
        device.say("EHLO device");
        assertTrue(device.authenticate("scanner-2f", password).startsWith("235 "));
      }
    }
  }

  /** The one wait that can't be for an event: that something is <em>not</em> remembered longer. */
  private static void waitForTheCache() throws InterruptedException {
    Thread.sleep(CACHE_TTL);
  }

  /** A scan as a device sends it: a header, and a picture in base64. */
  private static String scan(int bytes) {
    byte[] picture = new byte[bytes];
    new Random(23).nextBytes(picture);
    String base64 = Base64.getMimeEncoder().encodeToString(picture);
    return "From: scans@example.com\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n"
        + "Message-ID: <1@scanner>\r\nSubject: a scan\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64
        + "\r\n";
  }

  private static String withoutTrace(String message) {
    int from = message.indexOf("From: ");
    assertTrue(message.startsWith("Received: from device ([127.0.0.23])"), "no trace field on top");
    return message.substring(from);
  }
}
