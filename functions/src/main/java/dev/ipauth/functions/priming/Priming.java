package dev.ipauth.functions.priming;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.CustomPojoSerializer;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPResponse;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.ipauth.functions.caller.IssuerKeys;
import io.micronaut.context.ApplicationContext;
import io.micronaut.function.aws.LambdaApplicationContextBuilder;
import io.micronaut.function.aws.proxy.MockLambdaContext;
import io.micronaut.function.aws.proxy.payload2.APIGatewayV2HTTPEventFunction;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;

/** Every request that the API knows, sent once through all of it. */
public final class Priming {
  private record Request(String method, String path, String body, int answer) {
    String query() {
      return LISTS.contains(path) && method.equals("GET") ? "limit=1" : "";
    }
  }

  private static final String NAME = "priming";
  private static final String USERS = "/v1/smtp-users";
  private static final String USER = USERS + "/" + NAME;
  private static final String CLAIM = USER + "/ip-authentication";

  private static final Set<String> LISTS = Set.of(USERS, USER + "/audit", "/v1/ip-authentications");

  private static final List<Request> REQUESTS =
      List.of(
          new Request("GET", "/", "", 200),
          new Request("GET", "/dashboard.json", "", 200),
          new Request("GET", "/v1/openapi.yaml", "", 200),
          new Request("GET", "/v1/caller", "", 200),
          new Request("POST", USERS, "{'ipAuthentication':{'ip':'198.51.100.9'}}", 201),
          new Request("GET", USERS, "", 200),
          new Request("GET", USER, "", 200),
          new Request("PATCH", USER, "{'description':'second floor','enabled':true}", 200),
          new Request("POST", USER + "/password", "", 200),
          new Request("PUT", USER + "/ip-restrictions", "{'networks':['192.0.2.0/24']}", 200),
          new Request("PUT", USER + "/allowed-senders", "{'senders':['@example.com']}", 200),
          new Request("GET", USER + "/audit", "", 200),
          new Request("PUT", CLAIM, "{'ip':'2001:db8::7'}", 200),
          new Request("PUT", CLAIM, "{'ip':'" + CannedTables.HELD + "'}", 409),
          new Request("PUT", CLAIM, "{'ip':'192.0.2.0/24'}", 422),
          new Request("DELETE", CLAIM, "", 204),
          new Request("GET", "/v1/ip-authentications", "", 200),
          new Request("GET", "/v1/ip-authentications/198.51.100.7", "", 200),
          new Request("DELETE", USER, "", 204),
          new Request("GET", "/v1/nothing", "", 404));

  private final APIGatewayV2HTTPEventFunction function;
  private final CustomPojoSerializer json;
  private final String token;

  private Priming(ApplicationContext application, String token) {
    this.function = new APIGatewayV2HTTPEventFunction(application);
    this.json = ServiceLoader.load(CustomPojoSerializer.class).findFirst().orElseThrow();
    this.token = token;
  }

  /**
   * Sends them.
   *
   * @throws IllegalStateException when an answer isn't what it has to be: such a version of the
   *     function had better not be published
   */
  public static void run() {
    try {
      // Made here and forgotten here: no other application believes what this key has signed.
      RSAKey key = new RSAKeyGenerator(2048).keyID(NAME).generate();
      try (ApplicationContext application = application(key)) {
        Priming priming = new Priming(application, token(key));
        REQUESTS.forEach(priming::send);
      }
    } catch (JOSEException e) {
      throw new IllegalStateException("Priming has no token", e);
    }
  }

  private static ApplicationContext application(RSAKey key) {
    return new LambdaApplicationContextBuilder()
        .environmentPropertySource(false)
        .properties(
            Map.of(
                "password-pepper",
                Base64.getEncoder().encodeToString(new byte[32]),
                "openid-issuer",
                NAME,
                "openid-audience",
                NAME,
                "nominable-ips",
                "any"))
        .singletons(CannedTables.client(), IssuerKeys.of(new JWKSet(key.toPublicJWK())))
        .start();
  }

  private static String token(RSAKey key) throws JOSEException {
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .issuer(NAME)
            .audience(NAME)
            .subject(NAME)
            .expirationTime(Date.from(Instant.now().plusSeconds(600)))
            .build();
    SignedJWT token =
        new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(NAME).build(), claims);
    token.sign(new RSASSASigner(key));
    return token.serialize();
  }

  // From an event's text to an answer's, as Lambda's runtime does it.
  private void send(Request request) {
    String body = request.body().replace("'", "\\\"");
    String text =
        """
        {"version": "2.0", "routeKey": "$default", "rawPath": "%2$s", "rawQueryString": "%5$s",
         "headers": {"authorization": "Bearer %4$s", "content-type": "application/json",
                     "accept": "*/*", "host": "priming.example"},
         "requestContext": {"http": {"method": "%1$s", "path": "%2$s", "protocol": "HTTP/1.1",
                                     "sourceIp": "2001:db8::1", "userAgent": "priming"},
                            "requestId": "priming", "stage": "$default"},
         "body": "%3$s", "isBase64Encoded": false}
        """
            .formatted(request.method(), request.path(), body, token, request.query());
    APIGatewayV2HTTPEvent event = json.fromJson(text, APIGatewayV2HTTPEvent.class);
    APIGatewayV2HTTPResponse answer = function.handleRequest(event, new MockLambdaContext());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    json.toJson(answer, out, APIGatewayV2HTTPResponse.class);
    if (answer.getStatusCode() != request.answer()) {
      throw new IllegalStateException("Priming failed at " + request + ": " + out.toString(UTF_8));
    }
  }
}
