package dev.ipauth.embedded.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/**
 * The tables on 127.0.0.1 in DynamoDB's protocol, for another process on this machine. Whoever can
 * reach the port can read and write: signatures aren't checked.
 */
public final class ProtocolServer implements AutoCloseable {
  private static final String TARGET = "DynamoDB_20120810.";
  private static final String EXCEPTIONS = "com.amazonaws.dynamodb.v20120810#";
  private static final String UNKNOWN = "com.amazon.coral.service#UnknownOperationException";
  private static final String UNREADABLE = "com.amazon.coral.service#SerializationException";
  private static final int BAD_REQUEST = 400;
  private static final int INTERNAL_ERROR = 500;
  private static final int LARGEST_REQUEST = 16 << 20;
  private static final JsonFactory JSON = new JsonFactory();

  // A page of a name that its owner points at 127.0.0.1 must not be answered.
  private static final Pattern THIS_MACHINE =
      Pattern.compile("(localhost|127\\.0\\.0\\.1)(:\\d+)?", Pattern.CASE_INSENSITIVE);

  static {
    // Else the end of each answer waits for the acknowledgement of its beginning.
    System.getProperties().putIfAbsent("sun.net.httpserver.nodelay", "true");
  }

  private record Answer(int status, SdkBytes body) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Operations operations;

  private ProtocolServer(DynamoDbClient client, int port) throws IOException {
    operations = new Operations(client);
    server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  /**
   * Starts to answer.
   *
   * @param port 0 for any that is free
   * @throws IOException when the port is taken
   */
  public static ProtocolServer start(DynamoDbClient client, int port) throws IOException {
    return new ProtocolServer(client, port);
  }

  public int port() {
    return server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer answer = answerTo(exchange);
      byte[] body = answer.body().asByteArrayUnsafe();
      exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.0");
      exchange.getResponseHeaders().set("x-amzn-RequestId", UUID.randomUUID().toString());
      exchange.sendResponseHeaders(answer.status(), body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private Answer answerTo(HttpExchange exchange) throws IOException {
    String host = exchange.getRequestHeaders().getFirst("Host");
    if (host == null || !THIS_MACHINE.matcher(host).matches()) {
      return refusal(BAD_REQUEST, UNKNOWN, "Only 127.0.0.1 and localhost are answered.");
    }
    String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
    byte[] body = exchange.getRequestBody().readNBytes(LARGEST_REQUEST + 1);
    if (body.length > LARGEST_REQUEST) {
      return refusal(BAD_REQUEST, UNREADABLE, "A request has at most 16 MB.");
    }
    if (target == null || !target.startsWith(TARGET)) {
      return refusal(BAD_REQUEST, UNKNOWN, "");
    }
    return carriedOut(target.substring(TARGET.length()), body);
  }

  private Answer carriedOut(String operation, byte[] body) throws IOException {
    try {
      return new Answer(
          200, SdkBytes.fromByteArrayUnsafe(SdkJson.write(operations.carryOut(operation, body))));
    } catch (UnsupportedOperationException e) {
      return refusal(BAD_REQUEST, UNKNOWN, String.valueOf(e.getMessage()));
    } catch (UncheckedIOException | IllegalArgumentException e) {
      return refusal(BAD_REQUEST, UNREADABLE, String.valueOf(e.getMessage()));
    } catch (DynamoDbException e) {
      return refusal(e);
    } catch (IllegalStateException e) {
      return refusal(
          INTERNAL_ERROR, EXCEPTIONS + "InternalServerError", String.valueOf(e.getMessage()));
    }
  }

  private static Answer refusal(int status, String type, String message) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("__type", type);
      json.writeStringField("message", message);
      json.writeEndObject();
    }
    return new Answer(status, SdkBytes.fromByteArrayUnsafe(bytes.toByteArray()));
  }

  /** What the exception tells besides: the row that was there, the reasons of a cancellation. */
  private static Answer refusal(DynamoDbException e) throws IOException {
    String code = e.awsErrorDetails().errorCode();
    String type =
        code.equals("ValidationException")
            ? "com.amazon.coral.validate#" + code
            : EXCEPTIONS + code;
    var bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("__type", type);
      json.writeStringField("message", e.awsErrorDetails().errorMessage());
      for (SdkField<?> field : e.sdkFields()) {
        if (!field.locationName().equalsIgnoreCase("message")) {
          SdkJson.writeField(json, e, field);
        }
      }
      json.writeEndObject();
    }
    return new Answer(e.statusCode(), SdkBytes.fromByteArrayUnsafe(bytes.toByteArray()));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdown();
  }
}
