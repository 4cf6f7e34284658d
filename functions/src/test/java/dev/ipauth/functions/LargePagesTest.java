package dev.ipauth.functions;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** DynamoDB ends a page of its own at 1 MB; nobody's list may end with it. */
class LargePagesTest {
  private static final int USERS = 90;
  private static final int CHANGES = 48;
  private static final Pattern NAME = Pattern.compile("\"username\":\"user-");
  private static final Pattern CHANGE = Pattern.compile("\"what\":");

  @Test
  void aPageHasAllThatWasAskedFor() throws IOException, InterruptedException {
    try (Platform platform = Platform.start()) {
      for (int i = 0; i < USERS; i++) {
        String user = String.format(Locale.ROOT, "user-%02d", i);
        platform.send("acme", "POST", "/v1/smtp-users", "{\"username\": \"" + user + "\"}");
        allowSenders(platform, user, "a");
      }
      for (int i = 0; i < CHANGES; i++) {
        allowSenders(platform, "user-00", i % 2 == 0 ? "b" : "a");
      }

      String users = platform.send("acme", "GET", "/v1/smtp-users?limit=100", "").body();
      assertEquals(USERS, NAME.matcher(users).results().count());
      assertTrue(users.endsWith("\"nextCursor\":null}"));
      String audit = audit(platform, "?limit=100");
      assertEquals(CHANGES + 2, CHANGE.matcher(audit).results().count());
      assertTrue(audit.endsWith("\"nextCursor\":null}"));
      assertEquals(CHANGES, CHANGE.matcher(audit(platform, "?limit=48")).results().count());
    }
  }

  private static String audit(Platform platform, String query)
      throws IOException, InterruptedException {
    return platform.send("acme", "GET", "/v1/smtp-users/user-00/audit" + query, "").body();
  }

  /** 50 of the longest addresses that there are: 12 KiB. */
  private static void allowSenders(Platform platform, String user, String first)
      throws IOException, InterruptedException {
    String domain = "%s.%s.%s.example".formatted("y".repeat(60), "z".repeat(60), "w".repeat(54));
    String senders =
        IntStream.range(10, 60)
            .mapToObj(i -> "\"%s%s%s@%s\"".formatted(first, "x".repeat(60), i, domain))
            .collect(joining(","));
    var answer =
        platform.send(
            "acme",
            "PUT",
            "/v1/smtp-users/" + user + "/allowed-senders",
            "{\"senders\": [" + senders + "]}");
    assertEquals(200, answer.statusCode(), answer.body());
  }
}
