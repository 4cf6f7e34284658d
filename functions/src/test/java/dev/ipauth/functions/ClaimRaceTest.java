package dev.ipauth.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Many want the same at once. */
class ClaimRaceTest {
  private static final int RACERS = 32;

  private static Platform platform;

  @BeforeAll
  static void start() {
    platform = Platform.start();
  }

  @AfterAll
  static void stop() {
    platform.close();
  }

  @Test
  void oneOfManyUsersGetsTheAddress() throws Exception {
    String body = "{\"ip\": \"198.51.100.7\"}";
    for (int i = 0; i < RACERS; i++) {
      platform.send("a" + i, "POST", "/v1/smtp-users", "{\"username\": \"racer%s\"}".formatted(i));
    }

    List<Integer> statuses =
        race(
            i ->
                platform
                    .send("a" + i, "PUT", "/v1/smtp-users/racer" + i + "/ip-authentication", body)
                    .statusCode());

    assertEquals(1, Collections.frequency(statuses, 200), statuses.toString());
    assertEquals(RACERS - 1, Collections.frequency(statuses, 409), statuses.toString());
    assertEquals(List.of("racer" + statuses.indexOf(200)), nominators("198.51.100.7"));
  }

  @Test
  void oneOfManyAccountsGetsTheUsername() throws Exception {
    List<Integer> statuses =
        race(
            i ->
                platform
                    .send("b" + i, "POST", "/v1/smtp-users", "{\"username\": \"the-one\"}")
                    .statusCode());

    assertEquals(1, Collections.frequency(statuses, 201), statuses.toString());
    assertEquals(RACERS - 1, Collections.frequency(statuses, 409), statuses.toString());
  }

  @Test
  void manyMovesOfOneUserAllHappen() throws Exception {
    platform.send("acme", "POST", "/v1/smtp-users", "{\"username\": \"mover\"}");

    List<Integer> statuses =
        race(
            i ->
                platform
                    .send(
                        "acme",
                        "PUT",
                        "/v1/smtp-users/mover/ip-authentication",
                        "{\"ip\": \"203.0.113.%s\"}".formatted(i))
                    .statusCode());

    assertEquals(RACERS, Collections.frequency(statuses, 200), statuses.toString());
    long held =
        IntStream.range(0, RACERS).filter(i -> !nominators("203.0.113." + i).isEmpty()).count();
    assertEquals(1, held);
  }

  /** The users whose row has the address; {@code IpAuthentications} must say the same. */
  private static List<String> nominators(String ip) {
    List<String> byUser = usernames("smtp-users-table", ip);
    assertEquals(
        usernames("ip-authentications-table", ip), byUser, "The tables disagree about " + ip);
    return byUser;
  }

  private static List<String> usernames(String table, String ip) {
    return Platform.tables().scan(scan -> scan.tableName(platform.table(table))).items().stream()
        .filter(row -> AttributeValue.fromS(ip).equals(row.get("ip")))
        .map(row -> Objects.requireNonNull(row.get("username")).s())
        .toList();
  }

  @FunctionalInterface
  private interface Racer {
    int run(int number) throws Exception;
  }

  private static List<Integer> race(Racer racer) throws InterruptedException, ExecutionException {
    try (ExecutorService threads = Executors.newFixedThreadPool(RACERS)) {
      List<Callable<Integer>> racers =
          IntStream.range(0, RACERS).<Callable<Integer>>mapToObj(i -> () -> racer.run(i)).toList();
      List<Future<Integer>> results = threads.invokeAll(racers);
      List<Integer> statuses = new ArrayList<>();
      for (Future<Integer> result : results) {
        statuses.add(result.get());
      }
      return statuses;
    }
  }
}
