package dev.ipauth.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Somebody else's things, and things that don't exist, are answered with the same bytes. */
class TenancyTest {
  private static Platform platform;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    platform = Platform.start();
    for (String name : List.of("theirs", "theirs-2", "theirs-3")) {
      platform.send("globex", "POST", "/v1/smtp-users", "{\"username\": \"%s\"}".formatted(name));
    }
    platform.send(
        "globex", "PUT", "/v1/smtp-users/theirs/ip-authentication", "{\"ip\": \"192.0.2.1\"}");
    platform.send("acme", "POST", "/v1/smtp-users", "{\"username\": \"ours\"}");
  }

  @AfterAll
  static void stop() {
    platform.close();
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "GET    | /v1/smtp-users/theirs                   |",
        "PATCH  | /v1/smtp-users/theirs                   | {\"enabled\": false}",
        "DELETE | /v1/smtp-users/theirs                   |",
        "POST   | /v1/smtp-users/theirs/password          |",
        "PUT    | /v1/smtp-users/theirs/ip-restrictions   | {\"networks\": []}",
        "PUT    | /v1/smtp-users/theirs/allowed-senders   | {\"senders\": []}",
        "GET    | /v1/smtp-users/theirs/audit             |",
        "PUT    | /v1/smtp-users/theirs/ip-authentication | {\"ip\": \"192.0.2.1\"}",
        "PUT    | /v1/smtp-users/theirs/ip-authentication | {\"ip\": \"192.0.2.9\"}",
        "DELETE | /v1/smtp-users/theirs/ip-authentication |",
        "GET    | /v1/ip-authentications/192.0.2.1        |",
      })
  void looksAsIfItDidNotExist(String method, String path, String body)
      throws IOException, InterruptedException {
    String sent = body == null ? "" : body;
    String missing = path.replace("theirs", "nobody").replace("192.0.2.1", "192.0.2.2");

    assertEquals(
        bytes(platform.send("acme", method, missing, sent)),
        bytes(platform.send("acme", method, path, sent)));
    assertEquals(
        200, platform.send("globex", "GET", "/v1/smtp-users/theirs", "").statusCode(), "unharmed");
  }

  @Test
  void listsShowOnesOwn() throws IOException, InterruptedException {
    String users = platform.send("acme", "GET", "/v1/smtp-users", "").body();
    assertEquals(1, users.split("\"username\"", -1).length - 1, users);
    String addresses = platform.send("acme", "GET", "/v1/ip-authentications", "").body();
    assertEquals("{\"items\":[],\"nextCursor\":null}", addresses);
  }

  @Test
  void aCursorIsOneAccountsAndOneLists() throws IOException, InterruptedException {
    String page = platform.send("globex", "GET", "/v1/smtp-users?limit=1", "").body();
    String cursor = "?cursor=" + page.replaceAll("(?s).*\"nextCursor\":\"([^\"]+)\".*", "$1");

    assertEquals(200, get("globex", "/v1/smtp-users" + cursor));
    assertEquals(400, get("acme", "/v1/smtp-users" + cursor));
    assertEquals(400, get("globex", "/v1/ip-authentications" + cursor));
    assertEquals(400, get("globex", "/v1/smtp-users/theirs/audit" + cursor));
    assertEquals(400, get("globex", "/v1/smtp-users" + cursor.replaceAll(".$", "") + "_"));
  }

  private static int get(String accountId, String path) throws IOException, InterruptedException {
    return platform.send(accountId, "GET", path, "").statusCode();
  }

  /** All but the time of day. */
  private static String bytes(HttpResponse<String> answer) {
    Map<String, List<String>> headers = new TreeMap<>(answer.headers().map());
    headers.remove("date");
    return answer.statusCode() + "\n" + headers + "\n" + answer.body();
  }
}
