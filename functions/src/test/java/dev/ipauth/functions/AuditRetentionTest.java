package dev.ipauth.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A line of the trail is shown for AUDIT_RETENTION, and expires then. */
class AuditRetentionTest {
  private static final Pattern WHAT = Pattern.compile("\"what\":\"([^\"]+)\"");
  private static final Pattern CURSOR = Pattern.compile("\"nextCursor\":\"([^\"]+)\"");
  private static final String SCANNER = "/v1/smtp-users/scanner";
  private static final List<String> TRAILS = List.of(SCANNER + "/audit", "/v1/audit");

  private final Watch watch = new Watch();

  @Test
  void isInDays() throws Exception {
    try (Platform platform = Platform.start(Map.of("audit-retention", "2"), watch)) {
      platform.send("acme", "POST", "/v1/smtp-users", "{\"username\": \"scanner\"}");
      watch.advance(Duration.ofDays(1));
      platform.send("acme", "PATCH", SCANNER, "{\"enabled\": false}");
      long patched = watch.instant().getEpochSecond();

      watch.advance(Duration.ofDays(1).minusSeconds(1));
      assertShown(platform, List.of("changed", "created"));
      watch.advance(Duration.ofSeconds(2));
      assertShown(platform, List.of("changed"));
      watch.advance(Duration.ofDays(1));
      assertShown(platform, List.of());

      assertEquals(
          List.of(patched - 86_400 + 2 * 86_400, patched + 2 * 86_400), expiries(platform));
    }
  }

  @Test
  void aCursorThatOutlivesWhatItStandsForIsAtTheEnd() throws Exception {
    try (Platform platform = Platform.start(Map.of("audit-retention", "2"), watch)) {
      platform.send("acme", "POST", "/v1/smtp-users", "{\"username\": \"scanner\"}");
      for (String enabled : List.of("false", "true")) {
        watch.advance(Duration.ofHours(1));
        platform.send("acme", "PATCH", SCANNER, "{\"enabled\": " + enabled + "}");
      }
      List<String> cursors = new ArrayList<>();
      for (String trail : TRAILS) {
        String page = platform.send("acme", "GET", trail + "?limit=2", "").body();
        Matcher cursor = CURSOR.matcher(page);
        assertTrue(cursor.find(), page);
        cursors.add(trail + "?limit=2&cursor=" + cursor.group(1));
      }
      // Of the three lines the one that the cursors stand for is the second to expire.
      for (Duration passed : List.of(Duration.ofMinutes(46 * 60 + 30), Duration.ofDays(1))) {
        watch.advance(passed);
        for (String next : cursors) {
          HttpResponse<String> answer = platform.send("acme", "GET", next, "");
          assertEquals("{\"items\":[],\"nextCursor\":null}", answer.body(), next);
        }
      }
    }
  }

  private static void assertShown(Platform platform, List<String> changes) throws Exception {
    for (String trail : TRAILS) {
      String body = platform.send("acme", "GET", trail, "").body();
      assertEquals(
          changes, WHAT.matcher(body).results().map(match -> match.group(1)).toList(), trail);
    }
  }

  private static List<Long> expiries(Platform platform) {
    return Platform.tables()
        .scan(scan -> scan.tableName(platform.table("audit-table")))
        .items()
        .stream()
        .map(row -> Long.valueOf(Objects.requireNonNull(row.get("expiresAt")).n()))
        .sorted()
        .toList();
  }
}
