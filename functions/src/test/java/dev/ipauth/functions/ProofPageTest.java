package dev.ipauth.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.functions.Gateway.Answer;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the page says, and that nobody but a person in front of it can press its button. */
class ProofPageTest {
  private static final String ADDRESS = "198.51.100.7";
  private static final String ELSEWHERE = "203.0.113.9";
  private static final String ACCOUNT = "<acme> & \u202e'sons\"";
  private static final Pattern LOADS = Pattern.compile("(?:href|src)=\"(/[^\"]+)\"");

  private static Platform platform;
  private static Gateway gateway;
  private static Office office;

  private String link = "";

  @BeforeAll
  static void start() {
    platform =
        Platform.start(
            Map.of(
                "nomination-proof",
                "required",
                "http-url",
                Office.ORIGIN,
                "api-origins",
                "https://admin.example.com"));
    gateway = new Gateway(platform);
    office = new Office(gateway, ADDRESS);
    send("POST", "/v1/smtp-users", "{\"username\": \"scanner\"}");
  }

  @AfterAll
  static void stop() {
    platform.close();
  }

  @BeforeEach
  void ask() {
    String path = "/v1/smtp-users/scanner/ip-authentication";
    send("DELETE", path, "");
    link = Office.link(send("PUT", path, "{\"ip\": \"%s\"}".formatted(ADDRESS)).body());
  }

  private static Answer send(String method, String path, String body) {
    return gateway.sendAs(ACCOUNT, ELSEWHERE, method, path, body);
  }

  private static boolean isClaimed() {
    return send("GET", "/v1/ip-authentications/" + ADDRESS, "").status() == 200;
  }

  @Test
  void itSaysWhoAsksForWhatAndWhereOneIs() {
    String there = office.open(link).body();
    String elsewhere = new Office(gateway, ELSEWHERE).open(link).body();

    for (String page : List.of(there, elsewhere)) {
      assertTrue(page.contains("<code>scanner</code>"), page);
      assertTrue(page.contains("<bdi>&lt;acme&gt; &amp; \u202e&#39;sons&quot;</bdi>"), page);
      assertTrue(page.contains("<dt>Asked for</dt><dd><code>198.51.100.7</code>"), page);
      assertFalse(page.contains("<script"), page);
    }
    assertTrue(there.contains("<dt>You are at</dt><dd><code>198.51.100.7</code>"), there);
    assertFalse(there.contains("You aren't there"), there);
    assertTrue(elsewhere.contains("<dt>You are at</dt><dd><code>203.0.113.9</code>"), elsewhere);
    assertTrue(elsewhere.contains("You aren't there"), elsewhere);
  }

  @Test
  void whatItLoadsIsThere() {
    List<String> loaded =
        LOADS.matcher(office.open(link).body()).results().map(found -> found.group(1)).toList();

    assertFalse(loaded.isEmpty());
    loaded.forEach(
        path -> assertEquals(200, gateway.send(ADDRESS, "GET", path, "").status(), path));
  }

  @Test
  void everyAnswerKeepsOthersOut() {
    List<Answer> answers =
        List.of(
            office.open(link),
            office.open("/prove/none"),
            office.send(link, "scanner", "none"),
            office.agree(link, "other"),
            new Office(gateway, ELSEWHERE).agree(link, "scanner"),
            gateway.send(ADDRESS, "PUT", link, ""),
            gateway.send(ADDRESS, "POST", link, "{}", "Content-Type: application/json"),
            office.agree(link, "scanner"));

    assertEquals(
        List.of(200, 404, 403, 422, 403, 405, 415, 200),
        answers.stream().map(Answer::status).toList());
    for (Answer answer : answers) {
      String policy = answer.header("Content-Security-Policy");
      assertTrue(policy.startsWith("default-src 'none';"), answer::toString);
      assertTrue(policy.contains("frame-ancestors 'none'"), policy);
      assertFalse(policy.contains("script-src") || policy.contains("unsafe"), policy);
      assertEquals("DENY", answer.header("X-Frame-Options"));
      assertEquals("no-store", answer.header("Cache-Control"));
      assertEquals("same-origin", answer.header("Referrer-Policy"));
      assertEquals("nosniff", answer.header("X-Content-Type-Options"));
      assertFalse(answer.headers().keySet().stream().anyMatch(name -> name.contains("access-")));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD"})
  void toLookChangesNothing(String method) {
    String tag = send("GET", "/v1/smtp-users/scanner", "").header("ETag");

    for (int i = 0; i < 3; i++) {
      Answer answer =
          gateway.send(
              ADDRESS,
              method,
              link,
              "username=scanner",
              "Purpose: prefetch",
              "Sec-Purpose: prefetch");
      assertEquals(200, answer.status());
      assertEquals(method.equals("HEAD"), answer.body().isEmpty(), answer.body());
    }

    assertEquals(tag, send("GET", "/v1/smtp-users/scanner", "").header("ETag"));
    assertFalse(isClaimed());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // A form, a frame and a fetch of another site; one of a page that sends no referrer.
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
        "Sec-Fetch-Site: none",
        "Origin: https://evil.example",
        "Origin: null",
        "Origin: https://admin.example.com",
        "Origin: http://api.example.com",
        "Origin: https://api.example.com.evil.example",
        "Origin: https://api.example.com:8443",
        "Origin: http://localhost",
        "X-Forwarded-Host: api.example.com",
        "Referer: https://api.example.com/prove/x"
      })
  void aFormOfAnotherSiteIsRefused(String header) {
    Answer answer = office.send(link, "scanner", office.nonce(link), header);

    assertEquals(403, answer.status());
    assertTrue(answer.body().contains("/problems/not-from-the-page"), answer.body());
    assertFalse(isClaimed());
  }

  /** A name of the attacker's that leads here: its pages are of one origin with what they ask. */
  @Test
  void aNameThatIsMadeToLeadHereIsAnotherOrigin() {
    Answer answer =
        office.send(
            link,
            "scanner",
            office.nonce(link),
            "Host: rebound.example",
            "Origin: https://rebound.example");

    assertEquals(403, answer.status());
    assertFalse(isClaimed());
  }

  @Test
  void theNonceIsOfThisCodeAndThisAddress() {
    String elsewhere = new Office(gateway, ELSEWHERE).nonce(link);
    send("POST", "/v1/smtp-users", "{\"username\": \"other\"}");
    String other =
        Office.link(
            send(
                    "PUT",
                    "/v1/smtp-users/other/ip-authentication",
                    "{\"ip\": \"%s\"}".formatted(ADDRESS))
                .body());

    for (String nonce : List.of("", "x", "é", elsewhere, office.nonce(other))) {
      Answer answer = office.send(link, "scanner", nonce, "Sec-Fetch-Site: same-origin");
      assertEquals(403, answer.status(), nonce);
      assertTrue(answer.body().contains("/problems/not-from-the-page"), answer.body());
    }
    assertFalse(isClaimed());
  }

  @Test
  void browsersThatSayOnlyOneOfTheTwoGetThrough() {
    assertEquals(
        200, office.send(link, "scanner", office.nonce(link), "Origin: " + Office.ORIGIN).status());
    assertTrue(isClaimed());
  }

  @Test
  void peopleReadPagesAndProgramsProblems() {
    String[] form = {
      "Content-Type: application/x-www-form-urlencoded", "Sec-Fetch-Site: same-origin", ""
    };
    for (String accept : List.of("text/html,application/xhtml+xml,*/*;q=0.8", "*/*")) {
      form[2] = "Accept: " + accept;
      String body = "username=x&nonce=" + office.nonce(link);
      Answer wrong = gateway.send(ADDRESS, "POST", link, body, form);
      assertEquals(422, wrong.status());
      assertEquals("text/html;charset=utf-8", wrong.header("Content-Type"));
      assertTrue(wrong.body().contains("<form"), "the form again");
      assertTrue(wrong.body().contains("another name"), wrong.body());
      Answer gone = gateway.send(ADDRESS, "GET", "/prove/none", "", form[2]);
      assertEquals("text/html;charset=utf-8", gone.header("Content-Type"));
      assertTrue(gone.body().startsWith("<!doctype html>"), gone.body());
    }
    for (String accept : List.of("application/problem+json", "application/json", "application/*")) {
      Answer gone = gateway.send(ADDRESS, "GET", "/prove/none", "", "Accept: " + accept);
      assertEquals(404, gone.status());
      assertEquals("application/problem+json", gone.header("Content-Type"), accept);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%2e%2e",
        "a%20b",
        "%00",
        "%25",
        "<script>",
        "{code}",
        "é",
        "x?y=1",
        "aaaaaaaaaaaaaaaaaaaaaaaaaa",
        "AAAAAAAAAAAAAAAAAAAAAAAAAA"
      })
  void aGuessedCodeIsUnknown(String code) {
    Answer answer = gateway.send(ADDRESS, "GET", "/prove/" + code, "");

    assertEquals(404, answer.status(), answer.body());
    assertFalse(answer.body().contains(code), answer.body());
  }
}
