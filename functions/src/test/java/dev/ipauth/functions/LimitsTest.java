package dev.ipauth.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** How much and how often an account may send. */
class LimitsTest {
  @Test
  void anAccountHasSoManyRequestsAMinute() throws IOException, InterruptedException {
    Clock noon = Clock.fixed(Instant.parse("2026-11-24T12:00:20Z"), ZoneOffset.UTC);
    try (Platform platform = Platform.start(Map.of("requests-per-minute", "3"), noon)) {
      for (int i = 0; i < 3; i++) {
        HttpResponse<String> answer = platform.send("acme", "GET", "/v1/caller", "");
        assertEquals(200, answer.statusCode());
        assertEquals("\"account\";q=3;w=60", header(answer, "RateLimit-Policy"));
        assertEquals("\"account\";r=%s;t=40".formatted(2 - i), header(answer, "RateLimit"));
      }
      HttpResponse<String> fourth = platform.send("acme", "GET", "/v1/caller", "");

      assertEquals(429, fourth.statusCode());
      assertEquals("40", header(fourth, "Retry-After"));
      assertEquals("\"account\";r=0;t=40", header(fourth, "RateLimit"));
      assertTrue(fourth.body().contains("/problems/too-many-requests"), fourth.body());
      assertEquals(200, platform.send("globex", "GET", "/v1/caller", "").statusCode());
    }
  }

  @Test
  void aClockThatIsSetBackKeepsNobodyOutForLonger() throws IOException, InterruptedException {
    var now = new AtomicReference<>(Instant.parse("2026-11-24T12:00:20Z"));
    InstantSource clock = now::get;
    try (Platform platform =
        Platform.start(Map.of("requests-per-minute", "1"), clock.withZone(ZoneOffset.UTC))) {
      assertEquals(200, platform.send("acme", "GET", "/v1/caller", "").statusCode());
      assertEquals(429, platform.send("acme", "GET", "/v1/caller", "").statusCode());
      now.set(Instant.parse("2026-11-23T12:00:20Z"));
      assertEquals(200, platform.send("acme", "GET", "/v1/caller", "").statusCode());
      assertEquals(429, platform.send("acme", "GET", "/v1/caller", "").statusCode());
    }
  }

  private static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElse("none");
  }

  @Test
  void anAccountHasSoManyUsers() throws IOException, InterruptedException {
    try (Platform platform = Platform.start(Map.of("max-smtp-users", "2"))) {
      assertEquals(201, create(platform, "acme", "{\"username\": \"one\"}").statusCode());
      assertEquals(201, create(platform, "acme", "{}").statusCode());

      HttpResponse<String> third = create(platform, "acme", "{\"username\": \"three\"}");
      assertEquals(409, third.statusCode());
      assertTrue(third.body().contains("/problems/too-many-smtp-users"), third.body());
      // Nor does somebody without room learn which usernames others have.
      assertEquals(201, create(platform, "globex", "{\"username\": \"taken\"}").statusCode());
      assertEquals(third.body(), create(platform, "acme", "{\"username\": \"taken\"}").body());

      assertEquals(204, platform.send("acme", "DELETE", "/v1/smtp-users/one", "").statusCode());
      assertEquals(404, platform.send("acme", "DELETE", "/v1/smtp-users/one", "").statusCode());
      assertEquals(201, create(platform, "acme", "{\"username\": \"three\"}").statusCode());
      assertEquals(409, create(platform, "acme", "{}").statusCode());
    }
  }

  /** From before there were counts, or after an operator has deleted one. */
  @Test
  void whoIsUncountedIsCountedFirst() throws IOException, InterruptedException {
    try (Platform platform = Platform.start(Map.of("max-smtp-users", "3"))) {
      create(platform, "acme", "{\"username\": \"one\"}");
      create(platform, "acme", "{}");
      forgetCount(platform);
      assertEquals(204, platform.send("acme", "DELETE", "/v1/smtp-users/one", "").statusCode());
      forgetCount(platform);

      assertEquals(201, create(platform, "acme", "{}").statusCode());
      assertEquals(201, create(platform, "acme", "{}").statusCode());
      assertEquals(409, create(platform, "acme", "{}").statusCode());
    }
  }

  private static void forgetCount(Platform platform) {
    Platform.tables()
        .deleteItem(
            delete ->
                delete
                    .tableName(platform.table("accounts-table"))
                    .key(Map.of("accountId", AttributeValue.fromS("acme"))));
  }

  private static HttpResponse<String> create(Platform platform, String account, String body)
      throws IOException, InterruptedException {
    return platform.send(account, "POST", "/v1/smtp-users", body);
  }

  @Test
  void aBodyHasAtMost16KiB() throws IOException, InterruptedException {
    try (Platform platform = Platform.start()) {
      String body = "{\"description\": \"" + "x".repeat(16 * 1024) + "\"}";
      HttpResponse<String> answer = platform.send("acme", "POST", "/v1/smtp-users", body);

      assertEquals(413, answer.statusCode(), answer.body());
      assertTrue(answer.body().contains("/problems/too-large"), answer.body());
    }
  }

  @Test
  void aCursorMayBeWrongAtLength() throws IOException, InterruptedException {
    try (Platform platform = Platform.start()) {
      HttpResponse<String> wrong =
          platform.send("acme", "GET", "/v1/smtp-users?cursor=" + "x".repeat(10_000), "");
      HttpResponse<String> tooLong =
          platform.send("acme", "GET", "/v1/smtp-users?cursor=" + "x".repeat(17_000), "");

      assertEquals(400, wrong.statusCode(), wrong.body());
      assertTrue(wrong.body().contains("/problems/invalid-parameter"), wrong.body());
      assertEquals(414, tooLong.statusCode(), tooLong.body());
      assertTrue(tooLong.body().contains("/problems/uri-too-long"), tooLong.body());
    }
  }

  /** DynamoDB has no keys over 2,048 octets, and of what a list is sorted by none over 1,024. */
  @ParameterizedTest
  @CsvSource({
    "GET,    /v1/smtp-users/LONG",
    "DELETE, /v1/smtp-users/LONG",
    "GET,    /v1/smtp-users/LONG/audit",
    "GET,    /v1/smtp-users?prefix=LONG",
    "GET,    /v1/ip-authentications/LONG",
    "GET,    /v1/ip-authentications?prefix=LONG",
    "GET,    /v1/messages/LONG",
    "DELETE, /v1/messages/LONG",
    "GET,    /v1/messages?username=LONG",
    "GET,    /v1/messages?from=LONG",
    "GET,    /v1/messages?outcome=LONG",
    "GET,    /v1/usage?username=LONG",
    "GET,    /v1/usage?from=LONG",
    "GET,    /ip-authentications/LONG"
  })
  void aParameterMayBeWrongAtLength(String method, String path)
      throws IOException, InterruptedException {
    try (Platform platform = Platform.start()) {
      for (String some : List.of("a", "0", "%C3%A9")) {
        HttpResponse<String> answer =
            platform.send("acme", method, path.replace("LONG", some.repeat(2_500)), "");

        assertEquals(4, answer.statusCode() / 100, () -> some + "… " + answer.body());
      }
    }
  }

  /** As the description counts them: an emoji is one, and two of Java's. */
  @Test
  void aPrefixHas64CharactersAtMost() throws IOException, InterruptedException {
    try (Platform platform = Platform.start()) {
      String path = "/v1/smtp-users?prefix=";
      for (String character : List.of("a", "%F0%9F%96%A8")) {
        HttpResponse<String> longest =
            platform.send("acme", "GET", path + character.repeat(64), "");
        HttpResponse<String> longer = platform.send("acme", "GET", path + character.repeat(65), "");
        assertEquals(200, longest.statusCode(), longest.body());
        assertEquals(400, longer.statusCode(), longer.body());
      }
    }
  }

  @Test
  void atMost50NetworksAndSenders() throws IOException, InterruptedException {
    try (Platform platform = Platform.start()) {
      platform.send("acme", "POST", "/v1/smtp-users", "{\"username\": \"scanner\"}");

      String path = "/v1/smtp-users/scanner/ip-restrictions";
      assertEquals(200, platform.send("acme", "PUT", path, networks(50)).statusCode());
      HttpResponse<String> answer = platform.send("acme", "PUT", path, networks(51));
      assertEquals(422, answer.statusCode());
      assertTrue(answer.body().contains("/problems/too-many-networks"), answer.body());
    }
  }

  private static String networks(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"10.0.%s.0/24\"".formatted(i))
        .collect(Collectors.joining(",", "{\"networks\": [", "]}"));
  }
}
