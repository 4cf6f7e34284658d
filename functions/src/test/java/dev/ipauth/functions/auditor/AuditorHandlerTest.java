package dev.ipauth.functions.auditor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static software.amazon.awssdk.services.dynamodb.model.AttributeValue.fromS;

import com.amazonaws.services.lambda.runtime.LambdaLogger;
import dev.ipauth.dynamodb.DynamoDbLocal;
import io.micronaut.function.aws.proxy.MockLambdaContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactGetItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** Each way in which the tables can disagree is planted, and found. */
class AuditorHandlerTest {
  private static DynamoDbLocal dynamoDb;

  private final List<String> log = new ArrayList<>();
  private String prefix = "";

  @BeforeAll
  static void start() {
    dynamoDb = DynamoDbLocal.inMemory();
  }

  @AfterAll
  static void stop() {
    dynamoDb.close();
  }

  @BeforeEach
  void tables(TestInfo test) {
    prefix = test.getTestMethod().orElseThrow().getName() + "-";
    dynamoDb.createTables(prefix);
    agreeing("ann", "198.51.100.1");
    put("SmtpUsers", Map.of("username", "without-address", "accountId", "acme"));
  }

  @Test
  void tablesThatAgree() throws IOException {
    assertEquals("{'addresses':1,'nominating':1,'disagreements':0,'found':[]}", audit());
    assertEquals(
        List.of("{'event':'audit','addresses':1,'nominating':1,'disagreements':0}\n"), log);
  }

  @Test
  void anAddressOfAUserWhoIsGone() throws IOException {
    address("198.51.100.2", "gone");

    assertFound(
        "'kind':'address-without-its-user','ip':'198.51.100.2',"
            + "'owner':{'accountId':'acme','username':'gone'},'shownBy':[]");
  }

  @Test
  void anAddressOfAUserWhoShowsAnother() throws IOException {
    address("198.51.100.2", "ann");

    assertFound(
        "'kind':'address-without-its-user','ip':'198.51.100.2',"
            + "'owner':{'accountId':'acme','username':'ann'},'shownBy':[]");
  }

  @Test
  void aUserWhoseAddressHasNoRow() throws IOException {
    user("bob", "198.51.100.2");

    assertFound(
        "'kind':'user-without-its-address','ip':'198.51.100.2',"
            + "'owner':null,'shownBy':[{'accountId':'acme','username':'bob'}]");
  }

  @Test
  void aUserOfTheSameNameInAnotherAccount() throws IOException {
    put("SmtpUsers", Map.of("username", "bob", "accountId", "globex", "ip", "198.51.100.2"));
    address("198.51.100.2", "bob");

    String rest =
        "'ip':'198.51.100.2','owner':{'accountId':'acme','username':'bob'},"
            + "'shownBy':[{'accountId':'globex','username':'bob'}]";
    assertFound(
        "'kind':'address-without-its-user'," + rest, "'kind':'user-without-its-address'," + rest);
  }

  @Test
  void twoUsersWhoShowOneAddress() throws IOException {
    user("bob", "198.51.100.1");

    String rest =
        "'ip':'198.51.100.1','owner':{'accountId':'acme','username':'ann'},"
            + "'shownBy':[{'accountId':'acme','username':'ann'},"
            + "{'accountId':'acme','username':'bob'}]";
    assertFound("'kind':'user-without-its-address'," + rest, "'kind':'shown-by-several'," + rest);
  }

  @Test
  void anAddressThatThePlatformSpellsOtherwise() throws IOException {
    agreeing("bob", "2001:DB8::1");

    assertFound(
        "'kind':'misspelt','ip':'2001:DB8::1',"
            + "'owner':{'accountId':'acme','username':'bob'},'shownBy':[]");
  }

  @Test
  void aRowThatNamesNobody() throws IOException {
    put("IpAuthentications", Map.of("ip", "198.51.100.2"));

    assertFound(
        "'kind':'address-without-its-user','ip':'198.51.100.2',"
            + "'owner':{'accountId':'','username':''},'shownBy':[]");
  }

  @Test
  void anAccountWhoseUsersAreMiscounted() throws IOException {
    count("acme", 3, 7);
    count("globex", 0, 2);

    assertFound("'kind':'users-miscounted','accountId':'acme','counted':3,'users':2");
  }

  /** The row of its account says that something has happened in between. */
  @Test
  void aUserWhoIsBeingMadeIsNotMiscounted() throws IOException {
    count("acme", 2, 7);
    Interruption creation =
        new Interruption(
            request -> request instanceof ScanRequest scan && scan.tableName().endsWith("Users"),
            () -> {
              put("SmtpUsers", Map.of("username", "new", "accountId", "acme"));
              count("acme", 3, 8);
            });

    audit(creation);

    assertEquals(
        List.of("{'event':'audit','addresses':1,'nominating':1,'disagreements':0}\n"), log);
  }

  @Test
  void moreRowsThanAPageOfAScan() throws IOException {
    for (int i = 10; i < 20; i++) {
      String ip = "198.51.100." + i;
      put(
          "SmtpUsers",
          Map.of("username", "u" + i, "accountId", "acme", "ip", ip, "note", "x".repeat(200_000)));
      address(ip, "u" + i);
    }

    assertEquals("{'addresses':11,'nominating':11,'disagreements':0,'found':[]}", audit());
  }

  /** What is between the two scans looks like a fault in them. */
  @Test
  void aMoveUnderWayIsNone() throws IOException {
    Interruption move =
        new Interruption(
            request -> request instanceof ScanRequest scan && scan.tableName().endsWith("Users"),
            () -> {
              delete("IpAuthentications", Map.of("ip", "198.51.100.1"));
              agreeing("ann", "198.51.100.9");
            });

    audit(move);

    assertEquals(
        List.of("{'event':'audit','addresses':1,'nominating':1,'disagreements':0}\n"), log);
  }

  @Test
  void anAddressThatHasBecomeAnothersIsLookedAtAgain() throws IOException {
    address("198.51.100.2", "gone");
    Interruption claim =
        new Interruption(
            request -> request instanceof TransactGetItemsRequest,
            () -> agreeing("bob", "198.51.100.2"));

    audit(claim);

    assertEquals(
        List.of("{'event':'audit','addresses':2,'nominating':1,'disagreements':0}\n"), log);
  }

  @Test
  void anAddressThatIsBeingChangedIsLookedAtAgain() throws IOException {
    address("198.51.100.2", "gone");
    Interruption conflict =
        new Interruption(
            request -> request instanceof TransactGetItemsRequest,
            () -> {
              throw TransactionCanceledException.builder().message("Conflict").build();
            });

    audit(conflict);

    assertEquals(2, log.size(), log.toString());
  }

  @Test
  void tablesThatAreNotThereAreNoAudit() {
    prefix = "nowhere-";

    assertThrows(ResourceNotFoundException.class, this::audit);
  }

  /** Something that happens just before the first request of a kind. */
  private static final class Interruption implements ExecutionInterceptor {
    private final Predicate<SdkRequest> before;
    private final Runnable what;
    private boolean happened;

    Interruption(Predicate<SdkRequest> before, Runnable what) {
      this.before = before;
      this.what = what;
    }

    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
      if (!happened && before.test(context.request())) {
        happened = true;
        what.run();
      }
    }
  }

  private void assertFound(String... disagreements) throws IOException {
    String report = audit();

    String found =
        Arrays.stream(disagreements).map("{%s}"::formatted).collect(Collectors.joining(","));
    String end = "'disagreements':%s,'found':[%s]}".formatted(disagreements.length, found);
    assertTrue(report.endsWith(end), report);
    List<String> lines = new ArrayList<>();
    for (String disagreement : disagreements) {
      lines.add("{'event':'disagreement',%s}\n".formatted(disagreement));
    }
    assertEquals(lines, log.subList(0, log.size() - 1));
  }

  private String audit(Interruption... interruptions) throws IOException {
    try (DynamoDbClient client =
        dynamoDb
            .clientBuilder()
            .overrideConfiguration(
                override -> List.of(interruptions).forEach(override::addExecutionInterceptor))
            .build()) {
      var handler =
          new AuditorHandler(
              client, prefix + "SmtpUsers", prefix + "IpAuthentications", prefix + "Accounts");
      var answer = new ByteArrayOutputStream();
      handler.handleRequest(InputStream.nullInputStream(), answer, new LoggingContext(log));
      return answer.toString(UTF_8).replace('"', '\'');
    }
  }

  private static final class LoggingContext extends MockLambdaContext {
    private final List<String> log;

    LoggingContext(List<String> log) {
      this.log = log;
    }

    @Override
    public LambdaLogger getLogger() {
      return new LambdaLogger() {
        @Override
        public void log(String message) {
          log.add(message.replace('"', '\''));
        }

        @Override
        public void log(byte[] message) {
          log(new String(message, UTF_8));
        }
      };
    }
  }

  private void agreeing(String username, String ip) {
    user(username, ip);
    address(ip, username);
  }

  private void user(String username, String ip) {
    put("SmtpUsers", Map.of("username", username, "accountId", "acme", "ip", ip));
  }

  private void address(String ip, String username) {
    put("IpAuthentications", Map.of("ip", ip, "accountId", "acme", "username", username));
  }

  private void count(String accountId, long users, long changes) {
    Map<String, AttributeValue> row = values(Map.of("accountId", accountId));
    row.put("smtpUsers", AttributeValue.fromN(Long.toString(users)));
    row.put("changes", AttributeValue.fromN(Long.toString(changes)));
    dynamoDb.client().putItem(put -> put.tableName(prefix + "Accounts").item(row));
  }

  private void put(String table, Map<String, String> row) {
    dynamoDb.client().putItem(put -> put.tableName(prefix + table).item(values(row)));
  }

  private void delete(String table, Map<String, String> key) {
    dynamoDb.client().deleteItem(delete -> delete.tableName(prefix + table).key(values(key)));
  }

  private static Map<String, AttributeValue> values(Map<String, String> texts) {
    Map<String, AttributeValue> values = new HashMap<>();
    texts.forEach((name, text) -> values.put(name, fromS(text)));
    return values;
  }
}
