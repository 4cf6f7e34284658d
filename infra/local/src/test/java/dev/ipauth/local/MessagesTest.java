package dev.ipauth.local;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.ipauth.tables.MessageId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the API tells of mail that a relay took or refused, over real sockets. */
class MessagesTest {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "HTTP_PORT", "0",
          "SMTP_PORTS", "0",
          "SMTPS_PORTS", "0",
          "MANAGEMENT_PORT", "0",
          "AUTH_WITHOUT_TLS", "true",
          // Both bound how long a busy machine's tables are waited for; what is read here doesn't
          // change.
          "CACHE_TTL", "PT15S",
          "LOOKUP_TIMEOUT", "PT15S");
  private static final String HELLO = "Subject: hello\r\n\r\nHello.\r\n";

  private static Platform start(Map<String, String> more) {
    var settings = new HashMap<>(SETTINGS);
    settings.putAll(more);
    return Platform.start(settings, OutputStream.nullOutputStream());
  }

  @Test
  void whatBecameOfMailIsToldToItsAccountAlone() throws Exception {
    try (Platform platform = start(Map.of());
        Api acme = new Api(platform, "acme");
        Api other = new Api(platform, "other")) {
      acme.create("scanner-2f");
      acme.nominate("scanner-2f", "127.0.0.31");
      try (Device device = Device.at("127.0.0.31", platform)) {
        assertTrue(device.send(HELLO).startsWith("250 "));
        assertTrue(device.authenticate("scanner-2f", "wrong").startsWith("535 "));
      }
      List<?> items = items(acme, "/v1/messages", 2);
      assertEquals("auth-refused", field(items.get(0), "reason"));
      assertEquals("delivered", field(items.get(1), "outcome"));
      assertEquals(List.of("boss@example.net"), field(items.get(1), "recipients"));
      assertEquals(1, items(acme, "/v1/messages?outcome=delivered&username=Scanner-2F", 1).size());
      String id = String.valueOf(field(items.get(1), "id"));
      assertEquals(200, acme.get("/v1/messages/" + id).statusCode());

      // As if there were none, byte for byte.
      var theirs = other.get("/v1/messages/" + id);
      var nobodys = other.get("/v1/messages/" + id.replace(id.charAt(9), 'x'));
      assertEquals(404, theirs.statusCode());
      assertEquals(nobodys.body(), theirs.body());
      assertEquals(0, items(other, "/v1/messages", 0).size());

      // A name that is made anew by somebody else brings nothing along.
      assertEquals(204, acme.delete("scanner-2f").statusCode());
      other.create("scanner-2f");
      assertEquals(0, items(other, "/v1/messages?username=scanner-2f", 0).size());
      assertTrue(other.get("/v1/smtp-users/scanner-2f").body().contains("\"lastSeen\":null"));
      assertEquals(2, items(acme, "/v1/messages?username=scanner-2f", 2).size());
    }
  }

  /** What is hidden in a name as the log shows it still tells one account from another. */
  @Test
  void accountsWhoseNamesOnlyLookAlikeAreApart() throws Exception {
    try (Platform platform = start(Map.of());
        Api joined = new Api(platform, "a\u200db\u009b\ue000 é");
        Api marked = new Api(platform, "a?b?? é")) {
      joined.create("scanner-2f");
      joined.nominate("scanner-2f", "127.0.0.34");
      try (Device device = Device.at("127.0.0.34", platform)) {
        assertTrue(device.send(HELLO).startsWith("250 "));
      }
      assertEquals("delivered", field(items(joined, "/v1/messages", 1).getFirst(), "outcome"));
      assertEquals(0, items(marked, "/v1/messages", 0).size());
    }
  }

  @Test
  void whatAnEarlierProcessLeftIsRecordedByTheNext(@TempDir Path folder) throws Exception {
    Map<String, String> inFolder = Map.of("DATA_DIR", folder.resolve("data").toString());
    try (Platform platform = start(inFolder);
        Api acme = new Api(platform, "acme")) {
      acme.create("scanner-2f");
      acme.nominate("scanner-2f", "127.0.0.32");
    }
    // As after a kill: a line that was written, and by nobody taken.
    Path lines = Files.createDirectories(folder.resolve("data/lines"));
    String line =
        """
        {"event":"message","at":"%1$s","line":"0a0-1","id":"%2$s","smtpUser":"scanner-2f","accountId":"acme",\
        "ip":"127.0.0.32","authenticatedBy":"ip","helo":"x","tls":null,"mailFrom":"","recipients":["a@b"],\
        "bytes":7,"outcome":"delivered","reason":null,"reply":"250 OK","millis":1}
        """
            .formatted(Instant.now(), MessageId.begunAt(System.currentTimeMillis(), 7));
    Files.writeString(lines.resolve("00000001"), line + "half a li");
    try (Platform platform = start(inFolder);
        Api acme = new Api(platform, "acme")) {
      assertEquals("delivered", field(items(acme, "/v1/messages", 1).getFirst(), "outcome"));
    }
  }

  @Test
  void withoutRetentionOnlyCountsAreKept() throws Exception {
    try (Platform platform = start(Map.of("MESSAGE_RETENTION", "0"));
        Api acme = new Api(platform, "acme")) {
      acme.create("scanner-2f");
      acme.nominate("scanner-2f", "127.0.0.33");
      try (Device device = Device.at("127.0.0.33", platform)) {
        assertTrue(device.send(HELLO).startsWith("250 "));
      }
      LocalDate now = LocalDate.now(ZoneOffset.UTC);
      // It may have been midnight since.
      String today = "/v1/usage?from=%s&until=%s".formatted(now.minusDays(1), now);
      waitUntil(() -> acme.get(today).body().contains("\"messages\":1"));
      assertEquals(0, items(acme, "/v1/messages", 0).size());
      assertTrue(acme.get("/v1/smtp-users/scanner-2f").body().contains("\"lastSeen\":null"));
    }
  }

  /** The items, as soon as there are as many. */
  private static List<?> items(Api api, String path, int count) throws Exception {
    waitUntil(() -> read(api, path).size() >= count);
    return read(api, path);
  }

  private static List<?> read(Api api, String path) throws IOException, InterruptedException {
    try {
      return (List<?>) requireNonNull(JSONObjectUtils.parse(api.get(path).body()).get("items"));
    } catch (ParseException e) {
      throw new AssertionError(e);
    }
  }

  private static @Nullable Object field(Object item, String name) {
    return ((Map<?, ?>) item).get(name);
  }

  private interface Question {
    boolean isTrue() throws Exception;
  }

  private static void waitUntil(Question question) throws Exception {
    long end = System.nanoTime() + 20_000_000_000L;
    while (!question.isTrue()) {
      assertTrue(System.nanoTime() < end, "Nothing came in time");
      Thread.sleep(50);
    }
  }
}
