package dev.ipauth.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.ipauth.dynamodb.DynamoDbLocal;
import dev.ipauth.functions.caller.Deadline;
import dev.ipauth.functions.caller.IssuerKeys;
import dev.ipauth.functions.register.RegisterTables;
import io.micronaut.context.ApplicationContext;
import io.micronaut.runtime.server.EmbeddedServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The control plane on a port, with tables of its own and a provider of tokens. Whatever it answers
 * must fit the API's description.
 */
final class Platform implements AutoCloseable {
  static final String ISSUER = "https://id.example.com/";
  static final String AUDIENCE = "smtp-relay";

  private static final Contract CONTRACT = Contract.compiled();
  // One for all tests: it takes a second to start.
  private static final DynamoDbLocal DYNAMODB = DynamoDbLocal.inMemory();
  private static DynamoDbClient usual = DYNAMODB.client();
  private static int platforms;

  private final ECKey key;
  private final EmbeddedServer server;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, String> settings;

  private Platform(ECKey key, Map<String, String> more, Object... parts) {
    this.key = key;
    settings = settings(more);
    server =
        ApplicationContext.builder()
            .properties(new HashMap<>(settings))
            .singletons(parts)
            .start()
            .getBean(EmbeddedServer.class)
            .start();
  }

  static Platform start() {
    return start(Map.of());
  }

  static Platform start(Map<String, String> more) {
    return known(more, usual);
  }

  static Platform start(Map<String, String> more, Clock clock) {
    return known(more, usual, clock);
  }

  static Platform start(Map<String, String> more, DynamoDbClient client) {
    return known(more, client);
  }

  /** On a DynamoDB of one's own, without waiting for it as long as usual. */
  static Platform start(DynamoDbClient client) {
    return known(Map.of(), client, new Deadline.AfterRequest(Duration.ofSeconds(3)));
  }

  /** Which reads the keys of its tokens from where the settings say. */
  static Platform startWithPublishedKeys(Map<String, String> more) {
    return new Platform(newKey(), more, usual);
  }

  private static Platform known(Map<String, String> more, Object... parts) {
    ECKey key = newKey();
    Object[] all = Arrays.copyOf(parts, parts.length + 1);
    all[parts.length] = IssuerKeys.of(new JWKSet(key.toPublicJWK()));
    return new Platform(key, more, all);
  }

  /** Lets the platforms that are started from now on have their tables there; null: as before. */
  static void haveTablesIn(@Nullable DynamoDbClient client) {
    usual = client == null ? DYNAMODB.client() : client;
  }

  /** To look into them. */
  static DynamoDbClient tables() {
    return usual;
  }

  static DynamoDbLocal dynamoDb() {
    return DYNAMODB;
  }

  private static synchronized Map<String, String> settings(Map<String, String> more) {
    String prefix = "p" + ++platforms + "-";
    DynamoDbLocal.createTables(usual, prefix);
    Map<String, String> settings = new HashMap<>();
    settings.put("smtp-users-table", prefix + "SmtpUsers");
    settings.put("ip-authentications-table", prefix + "IpAuthentications");
    settings.put("accounts-table", prefix + "Accounts");
    settings.put("audit-table", prefix + "Audit");
    settings.put("idempotency-keys-table", prefix + "IdempotencyKeys");
    settings.put("api-rates-table", prefix + "ApiRates");
    settings.put("proof-codes-table", prefix + "ProofCodes");
    settings.put("messages-table", prefix + "Messages");
    settings.put("usage-table", prefix + "Usage");
    settings.put("counted-lines-table", prefix + "CountedLines");
    settings.put("last-seen-table", prefix + "LastSeen");
    settings.put("queue-table", prefix + "Queue");
    settings.put("password-pepper", "cGVwcGVycGVwcGVycGVwcGVycGVwcGVycGVwcGVycGVwcGVy");
    settings.put("openid-issuer", ISSUER);
    settings.put("openid-audience", AUDIENCE);
    settings.put("nominable-ips", "any");
    settings.put("micronaut.server.port", "-1");
    settings.put("micronaut.server.host", "127.0.0.1");
    settings.putAll(more);
    return settings;
  }

  static ECKey newKey() {
    return newKey("k");
  }

  static ECKey newKey(String id) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  String table(String name) {
    return Objects.requireNonNull(settings.get(name), name);
  }

  RegisterTables tableNames() {
    return context().getBean(RegisterTables.class);
  }

  ApplicationContext context() {
    return server.getApplicationContext();
  }

  /** A good token for the account, whose subject is {@code admin@} the account. */
  String token(String accountId) {
    return sign(claims(accountId).build(), key);
  }

  ECKey key() {
    return key;
  }

  static JWTClaimsSet.Builder claims(String accountId) {
    return new JWTClaimsSet.Builder()
        .issuer(ISSUER)
        .audience(AUDIENCE)
        .subject("admin@" + accountId)
        .claim("account_id", accountId)
        .expirationTime(Date.from(Instant.now().plusSeconds(600)));
  }

  static String sign(JWTClaimsSet claims, ECKey key) {
    try {
      JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build();
      SignedJWT token = new SignedJWT(header, claims);
      token.sign(new ECDSASigner(key));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  URI uri(String path) {
    return URI.create(server.getURI() + path);
  }

  HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    String path = request.uri().getRawPath();
    if (path.startsWith("/v1/")) {
      List<String> faults =
          CONTRACT.faults(
              request.method(),
              path,
              answer.statusCode(),
              answer.headers().firstValue("Content-Type").orElse(""),
              answer.body());
      assertEquals(List.of(), faults, () -> path + " " + answer.statusCode() + answer.body());
    }
    return answer;
  }

  /** A request by an account; an empty body is none. */
  HttpResponse<String> send(String accountId, String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path))
            .header("Authorization", "Bearer " + token(accountId))
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    return send(request.build());
  }

  @Override
  public void close() {
    http.close();
    server.getApplicationContext().close();
  }
}
