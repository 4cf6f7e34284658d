package dev.ipauth.functions;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.functions.Gateway.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Two agree at once, or one agrees while the account thinks again. {@code -Dproof.races=1000} for
 * more of them.
 */
class ProofRaceTest {
  private static final int RACES = Integer.getInteger("proof.races", 25);
  private static final String ELSEWHERE = "203.0.113.9";
  private static final List<String> ACCOUNTS = List.of("acme", "globex");

  private static Platform platform;
  private static Gateway gateway;
  private static ExecutorService threads;

  @BeforeAll
  static void start() {
    platform = Platform.start(Map.of("nomination-proof", "required", "http-url", Office.ORIGIN));
    gateway = new Gateway(platform);
    threads = Executors.newFixedThreadPool(3);
    for (String account : ACCOUNTS) {
      gateway.sendAs(
          account,
          ELSEWHERE,
          "POST",
          "/v1/smtp-users",
          "{\"username\": \"%s\"}".formatted(account));
    }
  }

  @AfterAll
  static void stop() {
    threads.close();
    platform.close();
  }

  private static Answer nominate(String account, String ip) {
    return gateway.sendAs(
        account, ELSEWHERE, "PUT", path(account), "{\"ip\": \"%s\"}".formatted(ip));
  }

  private static Answer release(String account) {
    return gateway.sendAs(account, ELSEWHERE, "DELETE", path(account), "");
  }

  private static String path(String account) {
    return "/v1/smtp-users/" + account + "/ip-authentication";
  }

  private static String address(int race) {
    return "198.18.%s.%s".formatted(race >> 8, race & 255);
  }

  @Test
  void ofTwoProofsOneIsFirst() throws InterruptedException, ExecutionException {
    for (int race = 0; race < RACES; race++) {
      String ip = address(race);
      Office office = new Office(gateway, ip);
      List<Callable<Integer>> both = new ArrayList<>();
      for (String account : ACCOUNTS) {
        both.add(proof(office, Office.link(nominate(account, ip).body()), account));
      }

      List<Integer> statuses = race(both);

      assertEquals(List.of(200, 409), statuses.stream().sorted().toList(), ip);
      String winner = ACCOUNTS.get(statuses.indexOf(200));
      assertEquals(winner, addresses().get(ip), ip);
      assertTheTablesAgree();
    }
  }

  @Test
  void whatIsTakenBackOrReplacedMeanwhileIsOneOrTheOther()
      throws InterruptedException, ExecutionException {
    for (int race = 0; race < RACES; race++) {
      release("acme");
      String ip = address(10_000 + race);
      String other = address(20_000 + race);
      String link = Office.link(nominate("acme", ip).body());
      boolean deletes = race % 2 == 0;
      Callable<Integer> proof = proof(new Office(gateway, ip), link, "acme");

      List<Integer> statuses =
          race(
              List.of(
                  proof,
                  () -> deletes ? release("acme").status() : nominate("acme", other).status(),
                  proof));

      long proven = statuses.stream().filter(status -> status == 200).count();
      assertTrue(proven <= 1, statuses::toString);
      assertEquals(deletes ? 204 : 202, statuses.get(1));
      assertTheTablesAgree();
      String owned = addresses().get(ip);
      if (proven == 0 || !deletes) {
        assertEquals(proven == 1 ? "acme" : null, owned, statuses::toString);
      }
    }
  }

  private static Callable<Integer> proof(Office office, String link, String username) {
    String nonce = office.nonce(link);
    return () -> office.send(link, username, nonce, "Sec-Fetch-Site: same-origin").status();
  }

  private static List<Integer> race(List<Callable<Integer>> racers)
      throws InterruptedException, ExecutionException {
    List<Integer> statuses = new ArrayList<>();
    for (Future<Integer> result : threads.invokeAll(racers)) {
      statuses.add(result.get());
    }
    return statuses;
  }

  private static void assertTheTablesAgree() {
    assertEquals(addresses(), column("smtp-users-table", "ip", "username"));
    Set<String> waiting = column("smtp-users-table", "pendingCode", "username").keySet();
    assertEquals(waiting, column("proof-codes-table", "code", "username").keySet());
  }

  /** Whose each address is. */
  private static Map<String, String> addresses() {
    return column("ip-authentications-table", "ip", "username");
  }

  private static Map<String, String> column(String table, String key, String value) {
    List<Map<String, AttributeValue>> rows =
        Platform.tables()
            .scan(scan -> scan.tableName(platform.table(table)).consistentRead(true))
            .items()
            .stream()
            .filter(row -> row.containsKey(key))
            .toList();
    assertEquals(
        rows.size(), rows.stream().map(row -> row.get(key)).collect(toSet()).size(), table);
    return rows.stream()
        .collect(
            toMap(
                row -> Objects.requireNonNull(row.get(key)).s(),
                row -> Objects.requireNonNull(row.get(value)).s()));
  }
}
