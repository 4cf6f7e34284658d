package dev.ipauth.training;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Tables in which the SMTP user {@code device-M.N} nominates 127.0.M.N: DynamoDB's answers to one
 * read and to many; and a queue's.
 */
final class LoopbackTables implements AutoCloseable {
  private static final String ROW = "row.json";
  private static final Pattern KEY =
      Pattern.compile("\"S\":\"(?:127\\.0\\.|device-)(\\d+\\.\\d+)\"");
  private static final Pattern TABLE = Pattern.compile("\\{\"RequestItems\":\\{\"(\\w+)\"");

  private static final String QUEUE = "\"TableName\":\"Queue\"";

  private final HttpServer server;
  private final String row;
  private final LoopbackQueue queue = new LoopbackQueue();

  LoopbackTables() throws IOException {
    try (InputStream row = LoopbackTables.class.getResourceAsStream(ROW)) {
      this.row = new String(Objects.requireNonNull(row, ROW).readAllBytes(), UTF_8);
    }
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  LoopbackQueue queue() {
    return queue;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String request = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
      String operation = target.substring(target.indexOf('.') + 1);
      byte[] answer =
          (request.contains(QUEUE) ? queue.answer(operation, request) : answer(request))
              .getBytes(UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.0");
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  private String answer(String request) {
    var table = TABLE.matcher(request);
    String rows =
        KEY.matcher(request)
            .results()
            .map(key -> row.replace("NUMBERS", key.group(1)))
            .collect(Collectors.joining(","));
    if (table.find()) {
      return "{\"Responses\":{\"" + table.group(1) + "\":[" + rows + "]}}";
    }
    return rows.isEmpty() ? "{}" : "{\"Item\":" + rows + "}";
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
