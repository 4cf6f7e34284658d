package dev.ipauth.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.functions.Gateway.Answer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An address counts once somebody at it has agreed. */
class ProofOfControlTest {
  private static final String ADDRESS = "198.51.100.7";
  private static final String ELSEWHERE = "203.0.113.9";
  private static final String SCANNER = "/v1/smtp-users/scanner";
  private static final String SET = SCANNER + "/ip-authentication";
  private static final Map<String, String> REQUIRED =
      Map.of("nomination-proof", "required", "http-url", Office.ORIGIN);

  private final Watch watch = new Watch();
  private Platform platform;
  private Gateway gateway;
  private Office office;

  @BeforeEach
  void start() {
    platform = Platform.start(REQUIRED, watch);
    gateway = new Gateway(platform);
    office = new Office(gateway, ADDRESS);
    acme("POST", "/v1/smtp-users", "{\"username\": \"scanner\"}");
  }

  @AfterEach
  void stop() {
    platform.close();
  }

  private Answer acme(String method, String path, String body) {
    return gateway.sendAs("acme", ELSEWHERE, method, path, body);
  }

  private Answer nominate(String ip) {
    return acme("PUT", SET, "{\"ip\": \"%s\"}".formatted(ip));
  }

  private String ownerOf(String ip, String accountId) {
    return gateway.sendAs(accountId, ELSEWHERE, "GET", "/v1/ip-authentications/" + ip, "").body();
  }

  @Test
  void whoIsThereNeedsNobodyElse() {
    Answer answer =
        gateway.sendAs("acme", ADDRESS, "PUT", SET, "{\"ip\": \"::ffff:198.51.100.7\"}");

    assertEquals(200, answer.status(), answer.body());
    assertTrue(answer.body().contains("\"ipAuthentication\":{\"ip\":\"198.51.100.7\""));
    assertTrue(answer.body().contains("\"pendingIpAuthentication\":null"), answer.body());
  }

  @Test
  void fromElsewhereItWaitsUntilSomebodyThereAgrees() {
    Answer asked = nominate(ADDRESS);
    assertEquals(202, asked.status(), asked.body());
    assertTrue(asked.body().contains("\"ipAuthentication\":null"), asked.body());
    assertTrue(asked.body().contains("\"pendingIpAuthentication\":{\"ip\":\"198.51.100.7\""));
    assertNotEquals("none", asked.header("ETag"));
    assertTrue(ownerOf(ADDRESS, "acme").contains("not-found"));

    String link = Office.link(asked.body());
    Answer page = office.open(link);
    assertEquals(200, page.status(), page.body());
    Answer agreed = office.agree(link, " Scanner ");

    assertEquals(200, agreed.status(), agreed.body());
    Answer user = acme("GET", SCANNER, "");
    assertTrue(user.body().contains("\"ipAuthentication\":{\"ip\":\"198.51.100.7\""), user.body());
    assertTrue(user.body().contains("\"pendingIpAuthentication\":null"), user.body());
    assertNotEquals(asked.header("ETag"), user.header("ETag"));
    String trail = acme("GET", SCANNER + "/audit", "").body();
    assertTrue(
        trail.contains("\"by\":null,\"ip\":\"198.51.100.7\",\"what\":\"ip-authentication-proven\""),
        trail);
    assertTrue(trail.contains("\"what\":\"ip-authentication-requested\""), trail);
    assertFalse(trail.contains(link.substring("/prove/".length())), trail);
  }

  @Test
  void aUserCanBeMadeThatWaits() {
    Answer made =
        acme(
            "POST",
            "/v1/smtp-users",
            "{\"username\": \"new\", \"ipAuthentication\": {\"ip\": \"%s\"}}".formatted(ADDRESS));

    assertEquals(201, made.status(), made.body());
    assertTrue(made.body().contains("\"password\":"), made.body());
    assertEquals(200, office.agree(Office.link(made.body()), "new").status());
    assertTrue(ownerOf(ADDRESS, "acme").contains("\"username\":\"new\""));
  }

  @Test
  void theSameAddressAgainIsTheSameLink() {
    Answer first = nominate(ADDRESS);
    watch.advance(Duration.ofHours(23));
    Answer again = nominate(ADDRESS);
    Answer other = nominate("198.51.100.8");

    assertEquals(202, again.status());
    assertEquals(first.body(), again.body());
    assertEquals(first.header("ETag"), again.header("ETag"));
    assertNotEquals(Office.link(first.body()), Office.link(other.body()));
    assertNotEquals(first.header("ETag"), other.header("ETag"));
    assertEquals(404, office.open(Office.link(first.body())).status(), "the link of the other");
  }

  @Test
  void aLinkIsOverAfterADay() {
    String link = Office.link(nominate(ADDRESS).body());
    String nonce = office.nonce(link);
    watch.advance(Duration.ofHours(24).minusMillis(1));
    assertEquals(200, office.open(link).status());
    watch.advance(Duration.ofMillis(1));

    assertEquals(404, office.open(link).status());
    assertEquals(404, office.send(link, "scanner", nonce, "Sec-Fetch-Site: same-origin").status());
    Answer user = acme("GET", SCANNER, "");
    assertTrue(user.body().contains("\"pendingIpAuthentication\":null"), user.body());
    assertNotEquals(link, Office.link(nominate(ADDRESS).body()));
  }

  @Test
  void aLinkIsUsedOnceAndOnlyByASuccess() {
    String link = Office.link(nominate(ADDRESS).body());
    String nonce = office.nonce(link);

    assertEquals(422, office.agree(link, "scanner2").status());
    assertEquals(422, office.agree(link, "").status());
    assertEquals(403, new Office(gateway, ELSEWHERE).agree(link, "scanner").status());
    assertEquals(200, office.agree(link, "scanner").status());
    assertEquals(404, office.open(link).status());
    assertEquals(404, office.send(link, "scanner", nonce, "Sec-Fetch-Site: same-origin").status());
  }

  @Test
  void whoIsElsewhereIsToldBothAddresses() {
    Answer answer =
        new Office(gateway, "2001:DB8::7").agree(Office.link(nominate(ADDRESS).body()), "scanner");

    assertEquals(403, answer.status());
    assertTrue(answer.body().contains("/problems/not-that-address"), answer.body());
    assertTrue(answer.body().contains("198.51.100.7"), answer.body());
    assertTrue(answer.body().contains("2001:db8::7"), answer.body());
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.9.9.9", "::1"})
  void loopbackNeverProves(String loopback) {
    String body = "{\"ip\": \"%s\"}".formatted(loopback);
    Answer asked = gateway.sendAs("acme", loopback, "PUT", SET, body);

    assertEquals(202, asked.status(), asked.body());
    Answer answer = new Office(gateway, loopback).agree(Office.link(asked.body()), "scanner");
    assertEquals(403, answer.status());
    assertTrue(answer.body().contains("/problems/not-that-address"), answer.body());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ", \"from\": \"other\""})
  void theOwnAddressAgainDropsWhatWaits(String from) {
    acme("POST", "/v1/smtp-users", "{\"username\": \"other\"}");
    gateway.sendAs("acme", ADDRESS, "PUT", SET, "{\"ip\": \"%s\"}".formatted(ADDRESS));
    String link = Office.link(nominate("198.51.100.8").body());

    Answer answer = acme("PUT", SET, "{\"ip\": \"%s\"%s}".formatted(ADDRESS, from));

    assertEquals(200, answer.status(), answer.body());
    assertTrue(answer.body().contains("\"pendingIpAuthentication\":null"), answer.body());
    assertEquals(404, office.open(link).status());
  }

  @Test
  void whatWaitsReplacesTheEarlierAddressOnlyWhenItIsProven() {
    gateway.sendAs("acme", ADDRESS, "PUT", SET, "{\"ip\": \"%s\"}".formatted(ADDRESS));
    Answer asked = nominate("198.51.100.8");
    assertTrue(asked.body().contains("\"ipAuthentication\":{\"ip\":\"198.51.100.7\""));

    new Office(gateway, "198.51.100.8").agree(Office.link(asked.body()), "scanner");

    assertTrue(ownerOf("198.51.100.8", "acme").contains("scanner"));
    assertTrue(ownerOf(ADDRESS, "acme").contains("not-found"));
  }

  @Test
  void deletionTakesBothBack() {
    gateway.sendAs("acme", ADDRESS, "PUT", SET, "{\"ip\": \"%s\"}".formatted(ADDRESS));
    String link = Office.link(nominate("198.51.100.8").body());

    assertEquals(204, acme("DELETE", SET, "").status());

    Answer user = acme("GET", SCANNER, "");
    assertTrue(user.body().contains("\"ipAuthentication\":null"), user.body());
    assertTrue(user.body().contains("\"pendingIpAuthentication\":null"), user.body());
    assertEquals(404, new Office(gateway, "198.51.100.8").open(link).status());
  }

  @Test
  void aDeletedUsersLinkLeadsNowhere() {
    String link = Office.link(nominate(ADDRESS).body());
    acme("DELETE", SCANNER, "");
    assertEquals(404, office.open(link).status());

    gateway.sendAs("globex", ELSEWHERE, "POST", "/v1/smtp-users", "{\"username\": \"scanner\"}");
    assertEquals(404, office.open(link).status(), "nor to the next of its name");
  }

  @Test
  void aMoveNeedsNoProofAnew() {
    gateway.sendAs("acme", ADDRESS, "PUT", SET, "{\"ip\": \"%s\"}".formatted(ADDRESS));
    acme("POST", "/v1/smtp-users", "{\"username\": \"other\"}");
    String to = "/v1/smtp-users/other/ip-authentication";
    String link = Office.link(acme("PUT", to, "{\"ip\": \"198.51.100.8\"}").body());

    Answer moved = acme("PUT", to, "{\"ip\": \"198.51.100.7\", \"from\": \"scanner\"}");

    assertEquals(200, moved.status(), moved.body());
    assertTrue(moved.body().contains("\"pendingIpAuthentication\":null"), moved.body());
    assertEquals(404, office.open(link).status());
    assertEquals(409, acme("PUT", SET, "{\"ip\": \"198.51.100.9\", \"from\": \"other\"}").status());
  }

  @Test
  void whatAnotherAccountHoldsLooksFreeUntilItIsProven() {
    gateway.sendAs("globex", ELSEWHERE, "POST", "/v1/smtp-users", "{\"username\": \"theirs\"}");
    String theirs = "/v1/smtp-users/theirs/ip-authentication";
    gateway.sendAs("globex", ADDRESS, "PUT", theirs, "{\"ip\": \"%s\"}".formatted(ADDRESS));

    Answer held = nominate(ADDRESS);
    Answer free = nominate("198.51.100.6");

    assertEquals(202, held.status(), held.body());
    assertEquals(alike(held), alike(free));
    Answer proof = office.agree(Office.link(nominate(ADDRESS).body()), "scanner");
    assertEquals(409, proof.status());
    assertTrue(proof.body().contains("/problems/ip-already-assigned"), proof.body());
    assertFalse(proof.body().contains("theirs") || proof.body().contains("globex"), proof.body());
    assertTrue(ownerOf(ADDRESS, "globex").contains("theirs"));
  }

  /** What is left of an answer without what differs in any two. */
  private static String alike(Answer answer) {
    return (answer.status() + " " + answer.headers() + " " + answer.body())
        .replaceAll("198\\.51\\.100\\.\\d", "ADDRESS")
        .replaceAll("/prove/\\w{26}\"", "/prove/CODE\"")
        .replaceAll("etag=\"\\w+\"", "TAG")
        .replaceAll("date=[^=]*GMT", "DATE")
        .replaceAll("t=\\d+", "SECONDS")
        .replaceAll("r=\\d+", "LEFT");
  }

  @Test
  void whatTheOwnAccountHoldsIsSaidAtOnce() {
    acme("POST", "/v1/smtp-users", "{\"username\": \"other\"}");
    String other = "/v1/smtp-users/other/ip-authentication";
    gateway.sendAs("acme", ADDRESS, "PUT", other, "{\"ip\": \"%s\"}".formatted(ADDRESS));

    Answer put = nominate(ADDRESS);
    Answer post =
        acme(
            "POST",
            "/v1/smtp-users",
            "{\"ipAuthentication\": {\"ip\": \"%s\"}}".formatted(ADDRESS));

    for (Answer answer : new Answer[] {put, post}) {
      assertEquals(409, answer.status());
      assertTrue(answer.body().contains("\"username\":\"other\""), answer.body());
    }
  }

  @Test
  void anIdempotencyKeyAnswersWhateverHasBecomeOfItsUser() {
    String body = "{\"ipAuthentication\": {\"ip\": \"%s\"}}".formatted(ADDRESS);
    String[] headers = {
      "Authorization: Bearer " + platform.token("acme"),
      "Content-Type: application/json",
      "Idempotency-Key: k1"
    };
    Answer made = gateway.send(ELSEWHERE, "POST", "/v1/smtp-users", body, headers);
    String username = made.header("Location").replaceAll(".*/", "");
    assertEquals(200, office.agree(Office.link(made.body()), username).status());

    Answer again = gateway.send(ELSEWHERE, "POST", "/v1/smtp-users", body, headers);

    assertEquals(200, again.status(), again.body());
    assertEquals("true", again.header("Idempotent-Replayed"));
    headers[2] = "Idempotency-Key: k2";
    assertEquals(409, gateway.send(ELSEWHERE, "POST", "/v1/smtp-users", body, headers).status());
  }

  @Test
  void switchedOffAllOfItIsAbsent() {
    String link = Office.link(nominate(ADDRESS).body());
    try (Platform off =
        Platform.start(
            Map.of(
                "smtp-users-table", platform.table("smtp-users-table"),
                "ip-authentications-table", platform.table("ip-authentications-table"),
                "proof-codes-table", platform.table("proof-codes-table")),
            watch)) {
      Gateway same = new Gateway(off);

      Answer user = same.sendAs("acme", ELSEWHERE, "GET", SCANNER, "");
      assertFalse(user.body().contains("pending"), user.body());
      assertEquals(404, new Office(same, ADDRESS).open(link).status());
      String body = "{\"ip\": \"%s\"}".formatted(ADDRESS);
      assertEquals(200, same.sendAs("acme", ELSEWHERE, "PUT", SET, body).status());
    }
    assertEquals(404, office.open(link).status());
    assertTrue(ownerOf(ADDRESS, "acme").contains("scanner"), "claims from before stand");
  }
}
