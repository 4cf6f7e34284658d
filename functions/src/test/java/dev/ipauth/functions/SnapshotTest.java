package dev.ipauth.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.nimbusds.jose.jwk.ECKey;
import dev.ipauth.dynamodb.DynamoDbLocal;
import io.micronaut.function.aws.proxy.MockLambdaContext;
import io.micronaut.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What Lambda does to a handler around its snapshot, and what must not come through it.
 * infra/trials/lambda_start.py looks at the heap and the sockets of a real process at that moment.
 */
class SnapshotTest {
  private static final Path EVENT =
      Path.of("src/test/resources/dev/ipauth/functions/events/put-ip-authentication.json");
  private static final List<String> TABLES =
      List.of("SmtpUsers", "IpAuthentications", "Audit", "IdempotencyKeys", "ApiRates");
  private static final Context<Resource> CONTEXT = Core.getGlobalContext();
  // They say the same in every process that wakes from one snapshot.
  private static final Pattern KEPT_RANDOMNESS =
      Pattern.compile(
          "ThreadLocalRandom|SplittableRandom|Math\\.random|randomUUID|[^e]Random\\(|"
              + "(static|final)\\s+(\\w+\\s+)*SecureRandom");

  private static final Map<String, @Nullable String> BEFORE = new HashMap<>();
  private static DynamoDbLocal dynamoDb;
  private static IdentityProvider provider;
  private static Door door;
  private static ECKey key;
  private static LambdaHandler handler;
  private static AtTheSnapshot snapshot;

  private record AtTheSnapshot(int connections, int open, int keyReadings, int rows) {}

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    dynamoDb = DynamoDbLocal.inMemory();
    dynamoDb.createTables("");
    door = new Door(dynamoDb.endpoint().getPort());
    key = Platform.newKey();
    provider = new IdentityProvider(key);
    // As the environment has them on Lambda.
    set("aws.endpointUrl", "http://127.0.0.1:" + door.port());
    set("aws.region", "eu-central-1");
    set("aws.accessKeyId", "local");
    set("aws.secretAccessKey", "local");
    set("password-pepper", "cGVwcGVycGVwcGVycGVwcGVycGVwcGVycGVwcGVycGVwcGVy");
    set("openid-issuer", Platform.ISSUER);
    set("openid-jwks", provider.url() + "/keys");
    set("openid-audience", Platform.AUDIENCE);
    handler = new LambdaHandler();
    handler.beforeCheckpoint(CONTEXT);
    snapshot =
        new AtTheSnapshot(door.opened(), door.stillOpen(), provider.readings(), rowsInAllTables());
  }

  @AfterAll
  static void stop() throws IOException {
    handler.close();
    door.close();
    provider.close();
    dynamoDb.close();
    BEFORE.forEach(SnapshotTest::reset);
  }

  private static void set(String property, String value) {
    BEFORE.put(property, System.getProperty(property));
    System.setProperty(property, value);
  }

  private static void reset(String property, @Nullable String value) {
    if (value == null) {
      System.clearProperty(property);
    } else {
      System.setProperty(property, value);
    }
  }

  private static int rowsInAllTables() {
    return TABLES.stream()
        .mapToInt(table -> dynamoDb.client().scan(scan -> scan.tableName(table)).count())
        .sum();
  }

  @Test
  void theTablesAreReadOnceAndNothingStaysBehind() {
    assertEquals(new AtTheSnapshot(1, 0, 0, 0), snapshot);
  }

  @Test
  void answersOnceAwake() throws IOException {
    handler.afterRestore(CONTEXT);
    assertEquals(1, provider.readings(), "before a token needs them");

    APIGatewayV2HTTPResponse answer = handler.handleRequest(newUser(), new MockLambdaContext());

    assertEquals(201, answer.getStatusCode(), answer.getBody());
  }

  /** Without a call in two weeks, Lambda would put the version with this snapshot aside. */
  @Test
  void theDailyCallOfTheTemplateIsAnswered() throws IOException {
    handler.afterRestore(CONTEXT);
    Object daily =
        CloudFormation.read("template.yaml")
            .at("Resources", "ApiFunction", "Properties", "Events", "Daily", "Properties", "Input");
    APIGatewayV2HTTPEvent event =
        Objects.requireNonNull(
            JsonMapper.createDefault().readValue(daily.toString(), APIGatewayV2HTTPEvent.class));

    APIGatewayV2HTTPResponse answer = handler.handleRequest(event, new MockLambdaContext());

    assertEquals(200, answer.getStatusCode(), answer.getBody());
  }

  private static APIGatewayV2HTTPEvent newUser() throws IOException {
    String token = Platform.sign(Platform.claims("acme").build(), key);
    String json = Files.readString(EVENT).replace("${token}", token);
    JsonMapper mapper = JsonMapper.createDefault();
    APIGatewayV2HTTPEvent event =
        Objects.requireNonNull(mapper.readValue(json, APIGatewayV2HTTPEvent.class));
    event.setRawPath("/v1/smtp-users");
    event.setBody("{}");
    event.getRequestContext().getHttp().setMethod("POST");
    event.getRequestContext().getHttp().setPath("/v1/smtp-users");
    return event;
  }

  @Test
  void nothingRandomIsKept() throws IOException {
    assertEquals("NativePRNG", new SecureRandom().getAlgorithm(), "which asks the system");
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      List<Path> keeping =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> KEPT_RANDOMNESS.matcher(read(file)).find())
              .toList();
      assertEquals(List.of(), keeping);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
