package dev.ipauth.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.functions.Faults.Fault;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** Changes under the faults that DynamoDB really has. */
class FaultsTest {
  private static final Faults FAULTS = new Faults();

  private static DynamoDbClient client;
  private static Platform platform;
  private static int made;

  @BeforeAll
  static void start() {
    client =
        Platform.dynamoDb()
            .clientBuilder()
            .overrideConfiguration(override -> override.addExecutionInterceptor(FAULTS))
            .build();
    platform = Platform.start(client);
  }

  @AfterAll
  static void stop() {
    platform.close();
    client.close();
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void aClaimIsMadeOnceInSpiteOf(Fault fault) throws IOException, InterruptedException {
    String user = user();
    FAULTS.plan(fault, fault);

    HttpResponse<String> answer = nominate(user, "198.51.100." + made);

    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals(
        1,
        FAULTS.sent().stream()
            .map(TransactWriteItemsRequest::clientRequestToken)
            .distinct()
            .count());
    assertEquals(List.of("ip-authentication-set", "created"), audit(user));
  }

  /** Two requests of one idempotency key at once: the other may have the address by then. */
  @Test
  void aConditionCountsOnlyWhereNothingBeforeItIsUndecided()
      throws IOException, InterruptedException {
    user();
    FAULTS.plan(Fault.CONFLICT_WITH_ITS_LIKE);

    assertEquals(201, createWithKey("faulty-key", "a" + made).statusCode());

    HttpResponse<String> again = createWithKey("faulty-key", "a" + made);
    assertEquals(200, again.statusCode(), again.body());
    assertEquals("true", again.headers().firstValue("Idempotent-Replayed").orElseThrow());
  }

  @Test
  void aReplayIsNeverAnsweredWithAnotherUserOfTheName() throws IOException, InterruptedException {
    String name = user() + "-anew";
    FAULTS.plan();
    assertEquals(201, createWithKey(name, "b" + made).statusCode());
    platform.send("acme", "DELETE", "/v1/smtp-users/" + name, "");
    assertEquals(410, createWithKey(name, "b" + made).statusCode());
    assertEquals(201, create(name).statusCode());

    assertEquals(410, createWithKey(name, "b" + made).statusCode());
  }

  @Test
  void aNewPasswordIsMadeOncePerKey() throws IOException, InterruptedException {
    String user = user();
    String path = "/v1/smtp-users/" + user + "/password";

    HttpResponse<String> first = platform.send(keyed("POST", path, "", "c" + made));
    HttpResponse<String> again = platform.send(keyed("POST", path, "", "c" + made));

    assertTrue(first.body().matches("\\{\"password\":\"[a-z2-9]{20}\"}"), first.body());
    assertEquals("{}", again.body());
    assertEquals(first.headers().firstValue("ETag"), again.headers().firstValue("ETag"));
    assertEquals("true", again.headers().firstValue("Idempotent-Replayed").orElseThrow());
    assertEquals(List.of("password-changed", "created"), audit(user));
  }

  @Test
  void whoIsNeverAnsweredLooksWhetherItWasMade() throws IOException, InterruptedException {
    String user = user();
    FAULTS.plan(endless(Fault.REPLY_LOST));

    HttpResponse<String> answer = nominate(user, "198.51.100." + made);

    FAULTS.plan();
    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals(List.of("ip-authentication-set", "created"), audit(user));
  }

  @Test
  void whatCannotBeMadeIsA503ThatMayBeTriedAgain() throws IOException, InterruptedException {
    String user = user();
    FAULTS.plan(endless(Fault.LOST));

    HttpResponse<String> answer = nominate(user, "198.51.100." + made);

    FAULTS.plan();
    assertEquals(503, answer.statusCode());
    assertTrue(answer.headers().firstValue("Retry-After").isPresent());
    assertEquals(200, nominate(user, "198.51.100." + made).statusCode());
  }

  /** The unanswered try may come when the address is free, after its caller was told no. */
  @Test
  void whoIsRefusedAfterAnUnansweredTryIsAskedToComeAgain()
      throws IOException, InterruptedException {
    String holder = user();
    String ip = "198.51.100." + made;
    nominate(holder, ip);
    String user = user();

    FAULTS.plan(Fault.LOST);
    assertEquals(503, nominate(user, ip).statusCode());
    FAULTS.plan(Fault.LOST);
    assertEquals(503, create(holder).statusCode());

    FAULTS.plan();
    assertEquals(409, nominate(user, ip).statusCode());
    assertEquals(409, create(holder).statusCode());
    FAULTS.plan(Fault.CONFLICT);
    assertEquals(409, nominate(user, ip).statusCode());
  }

  @Test
  void aLateDuplicateBringsNoClaimBack() throws IOException, InterruptedException {
    String user = user();
    String ip = "198.51.100." + made;
    FAULTS.plan();
    nominate(user, ip);
    TransactWriteItemsRequest claim = FAULTS.sent().getFirst();
    platform.send("acme", "DELETE", "/v1/smtp-users/" + user + "/ip-authentication", "");

    assertRefused(claim);
    assertEquals(
        404, platform.send("acme", "GET", "/v1/ip-authentications/" + ip, "").statusCode());
  }

  @Test
  void aLateClaimMeetsANewerVersionEvenWhenThereWasNothingToRelease()
      throws IOException, InterruptedException {
    String user = user();
    FAULTS.plan(endless(Fault.LOST));
    nominate(user, "198.51.100." + made);
    TransactWriteItemsRequest claim = FAULTS.sent().getFirst();
    FAULTS.plan();
    platform.send("acme", "DELETE", "/v1/smtp-users/" + user + "/ip-authentication", "");

    assertRefused(claim);
  }

  @Test
  void aLateClaimOfADeletedUserIsNotItsSuccessors() throws IOException, InterruptedException {
    String user = user();
    FAULTS.plan();
    nominate(user, "198.51.100." + made);
    TransactWriteItemsRequest claim = FAULTS.sent().getFirst();
    platform.send("acme", "DELETE", "/v1/smtp-users/" + user, "");
    create(user);

    assertRefused(claim);
  }

  /** After ten minutes DynamoDB has forgotten a token; a new one imitates that. */
  private static void assertRefused(TransactWriteItemsRequest late) {
    TransactWriteItemsRequest forgotten =
        late.toBuilder().clientRequestToken("late-" + made).build();
    boolean refused = false;
    try {
      Platform.dynamoDb().client().transactWriteItems(forgotten);
    } catch (TransactionCanceledException e) {
      refused =
          e.cancellationReasons().stream().anyMatch(r -> r.code().equals("ConditionalCheckFailed"));
    }
    assertTrue(refused, "The late duplicate was made");
  }

  private static Fault[] endless(Fault fault) {
    List<Fault> faults = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      faults.add(fault);
    }
    return faults.toArray(Fault[]::new);
  }

  private static String user() throws IOException, InterruptedException {
    String user = "faulty" + ++made;
    FAULTS.plan();
    create(user);
    return user;
  }

  private static HttpResponse<String> create(String user) throws IOException, InterruptedException {
    return platform.send(
        "acme", "POST", "/v1/smtp-users", "{\"username\": \"%s\"}".formatted(user));
  }

  private static HttpResponse<String> createWithKey(String user, String key)
      throws IOException, InterruptedException {
    String body = "{\"username\": \"%s\"}".formatted(user);
    return platform.send(keyed("POST", "/v1/smtp-users", body, key));
  }

  private static HttpRequest keyed(String method, String path, String body, String key) {
    return HttpRequest.newBuilder(platform.uri(path))
        .header("Authorization", "Bearer " + platform.token("acme"))
        .header("Content-Type", "application/json")
        .header("Idempotency-Key", key)
        .method(method, HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private static HttpResponse<String> nominate(String user, String ip)
      throws IOException, InterruptedException {
    String path = "/v1/smtp-users/" + user + "/ip-authentication";
    return platform.send("acme", "PUT", path, "{\"ip\": \"%s\"}".formatted(ip));
  }

  private static List<String> audit(String user) throws IOException, InterruptedException {
    String trail = platform.send("acme", "GET", "/v1/smtp-users/" + user + "/audit", "").body();
    return Pattern.compile("\"what\":\"([^\"]+)\"")
        .matcher(trail)
        .results()
        .map(match -> match.group(1))
        .toList();
  }
}
