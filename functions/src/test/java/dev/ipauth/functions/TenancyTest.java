package dev.ipauth.functions;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.ipauth.functions.messages.Recorder;
import dev.ipauth.tables.MessageId;
import io.micronaut.http.HttpMethod;
import io.micronaut.web.router.Router;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Somebody else's things, and things that don't exist, are answered with the same bytes. */
class TenancyTest {
  private static final long NOW = System.currentTimeMillis();
  private static final String THEIR_MESSAGE = MessageId.begunAt(NOW, 1);
  private static final String NO_MESSAGE = MessageId.begunAt(NOW, 2);

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
    platform
        .context()
        .getBean(Recorder.class)
        .record(
            List.of(
                """
                {"event":"message","at":"%s","line":"1k2j3h-3d","id":"%s","smtpUser":"theirs",\
                "accountId":"globex","ip":"192.0.2.1","authenticatedBy":"ip","helo":"SCANNER",\
                "tls":null,"mailFrom":"scans@example.com","recipients":["a@example.org"],"bytes":9,\
                "outcome":"delivered","reason":null,"reply":"250 2.0.0 OK","millis":4}"""
                    .formatted(Instant.ofEpochMilli(NOW), THEIR_MESSAGE)));
    assertEquals(200, get("globex", "/v1/messages/" + THEIR_MESSAGE));
  }

  @AfterAll
  static void stop() {
    platform.close();
  }

  /** What can be asked of one thing. {@code theirs} and 192.0.2.1 are another account's. */
  static Stream<Arguments> requests() {
    return Stream.of(
        Arguments.of("GET", "/v1/smtp-users/theirs", ""),
        Arguments.of("PATCH", "/v1/smtp-users/theirs", "{\"enabled\": false}"),
        Arguments.of("DELETE", "/v1/smtp-users/theirs", ""),
        Arguments.of("POST", "/v1/smtp-users/theirs/password", ""),
        Arguments.of("PUT", "/v1/smtp-users/theirs/ip-restrictions", "{\"networks\": []}"),
        Arguments.of("PUT", "/v1/smtp-users/theirs/allowed-senders", "{\"senders\": []}"),
        Arguments.of("GET", "/v1/smtp-users/theirs/audit", ""),
        Arguments.of("PUT", "/v1/smtp-users/theirs/ip-authentication", "{\"ip\": \"192.0.2.1\"}"),
        Arguments.of("PUT", "/v1/smtp-users/theirs/ip-authentication", "{\"ip\": \"192.0.2.9\"}"),
        Arguments.of("DELETE", "/v1/smtp-users/theirs/ip-authentication", ""),
        Arguments.of("GET", "/v1/ip-authentications/192.0.2.1", ""),
        Arguments.of("PATCH", "/v1/smtp-users/theirs", "{\"description\": \"\\u0007\"}"),
        Arguments.of(
            "PUT", "/v1/smtp-users/theirs/ip-restrictions", "{\"networks\": [\"192.168.1.1/24\"]}"),
        Arguments.of("PUT", "/v1/smtp-users/theirs/allowed-senders", "{\"senders\": [\"nobody\"]}"),
        Arguments.of("PUT", "/v1/smtp-users/theirs/ip-authentication", "{\"ip\": \"127.1\"}"),
        Arguments.of("GET", "/v1/smtp-users/theirs/audit?limit=1", ""),
        Arguments.of("GET", "/v1/smtp-users/THEIRS", ""),
        Arguments.of("GET", "/v1/messages/" + THEIR_MESSAGE, ""),
        Arguments.of("DELETE", "/v1/messages/" + THEIR_MESSAGE, ""),
        Arguments.of("GET", "/v1/ip-authentications/::ffff:192.0.2.1", ""));
  }

  @Test
  void everyRouteToOneThingIsAskedFor() {
    Set<String> routes =
        platform
            .context()
            .getBean(Router.class)
            .uriRoutes()
            .filter(route -> route.getHttpMethod() != HttpMethod.HEAD)
            .filter(route -> route.getUriMatchTemplate().toPathString().contains("{"))
            // The dashboard's files are everybody's.
            .filter(route -> route.getUriMatchTemplate().toPathString().startsWith("/v1/"))
            .map(
                route ->
                    route.getHttpMethod()
                        + " "
                        + route
                            .getUriMatchTemplate()
                            .toPathString()
                            .replaceAll("\\{username[^}]*}", "theirs")
                            .replaceAll("\\{id[^}]*}", THEIR_MESSAGE)
                            .replaceAll("\\{ip[^}]*}", "192.0.2.1"))
            .collect(toCollection(TreeSet::new));
    Set<String> asked =
        requests()
            .map(request -> request.get()[0] + " " + request.get()[1])
            .filter(routes::contains)
            .collect(toCollection(TreeSet::new));

    assertEquals(routes, asked);
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @MethodSource("requests")
  void looksAsIfItDidNotExist(String method, String path, String body)
      throws IOException, InterruptedException {
    for (String ifMatch : List.of("", "*", "\"1\"", "\"none\"")) {
      assertEquals(
          bytes(send(method, missing(path), body, ifMatch)),
          bytes(send(method, path, body, ifMatch)),
          "If-Match: " + ifMatch);
    }
    assertEquals(
        200, platform.send("globex", "GET", "/v1/smtp-users/theirs", "").statusCode(), "unharmed");
  }

  /** The same of a thing that doesn't exist. */
  static String missing(String path) {
    return path.replace("theirs", "nobody")
        .replace("THEIRS", "NOBODY")
        .replace(THEIR_MESSAGE, NO_MESSAGE)
        .replace("192.0.2.1", "192.0.2.2");
  }

  private static HttpResponse<String> send(String method, String path, String body, String ifMatch)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(platform.uri(path))
            .header("Authorization", "Bearer " + platform.token("acme"))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    if (!ifMatch.isEmpty()) {
      request.header("If-Match", ifMatch);
    }
    return platform.send(request.build());
  }

  @Test
  void anAddressThatIsTheirsIsTakenAndNoMoreIsSaid() throws IOException, InterruptedException {
    HttpResponse<String> answer =
        send("PUT", "/v1/smtp-users/ours/ip-authentication", "{\"ip\": \"192.0.2.1\"}", "");

    assertEquals(409, answer.statusCode());
    assertFalse(bytes(answer).contains("theirs") || bytes(answer).contains("globex"));
    HttpResponse<String> made =
        send("POST", "/v1/smtp-users", "{\"ipAuthentication\": {\"ip\": \"192.0.2.1\"}}", "");
    assertEquals(bytes(answer), bytes(made));
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

  /** All but the time of day, and how much the caller has asked by then. */
  private static String bytes(HttpResponse<String> answer) {
    Map<String, List<String>> headers = new TreeMap<>(answer.headers().map());
    headers.keySet().removeAll(Set.of("date", "ratelimit"));
    return answer.statusCode() + "\n" + headers + "\n" + answer.body();
  }
}
