package dev.ipauth.functions.priming;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * DynamoDB's part in priming, without a network: the same row for every question, and yes to every
 * change except the nomination of {@link #HELD}. The SDK writes, signs and reads as ever.
 */
final class CannedTables implements SdkHttpClient {
  /** An address that is another user's. */
  static final String HELD = "198.51.100.8";

  // What every kind of row has, in one.
  private static final String ROW = resource("row.json");
  private static final String FOUND = "{\"Item\":" + ROW + "}";
  private static final String PAGE = "{\"Items\":[" + ROW + "],\"Count\":1,\"ScannedCount\":1}";
  // Of the steps of a nomination that replaces another, the claim is the third.
  private static final String REFUSED =
      "{\"__type\":\"com.amazonaws.dynamodb.v20120810#TransactionCanceledException\","
          + "\"CancellationReasons\":[{\"Code\":\"None\"},{\"Code\":\"None\"},"
          + "{\"Code\":\"ConditionalCheckFailed\",\"Item\":"
          + ROW
          + "},{\"Code\":\"None\"}]}";

  private CannedTables() {}

  static DynamoDbClient client() {
    return DynamoDbClient.builder()
        .httpClient(new CannedTables())
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("priming", "priming")))
        .build();
  }

  private static String resource(String name) {
    try (InputStream file = CannedTables.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(file, name).readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        return answer(request);
      }

      @Override
      public void abort() {
        // There is nothing to wait for.
      }
    };
  }

  private static HttpExecuteResponse answer(HttpExecuteRequest request) throws IOException {
    String operation = request.httpRequest().firstMatchingHeader("X-Amz-Target").orElse("");
    return switch (operation.substring(operation.indexOf('.') + 1)) {
      case "GetItem" -> response(200, FOUND);
      case "Query" -> response(200, PAGE);
      case "TransactWriteItems" ->
          body(request).contains(HELD) ? response(400, REFUSED) : response(200, "{}");
      case "UpdateItem" -> response(200, "{\"Attributes\":{\"requests\":{\"N\":\"1\"}}}");
      default -> response(200, "{}");
    };
  }

  private static String body(HttpExecuteRequest request) throws IOException {
    try (InputStream body = request.contentStreamProvider().orElseThrow().newStream()) {
      return new String(body.readAllBytes(), UTF_8);
    }
  }

  private static HttpExecuteResponse response(int status, String body) {
    var octets = new ByteArrayInputStream(body.getBytes(UTF_8));
    return HttpExecuteResponse.builder()
        .response(
            SdkHttpResponse.builder()
                .statusCode(status)
                .putHeader("Content-Type", "application/x-amz-json-1.0")
                .build())
        .responseBody(AbortableInputStream.create(octets))
        .build();
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
