package dev.ipauth.relay.rehearsal;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;

/** Tables in which one SMTP user nominates 127.0.0.1: DynamoDB's answer to every read. */
final class LoopbackTables implements AutoCloseable {
  private static final String ROW = "row.json";

  private final HttpServer server;
  private final byte[] answer;

  LoopbackTables() throws IOException {
    try (InputStream row = LoopbackTables.class.getResourceAsStream(ROW)) {
      String item = new String(Objects.requireNonNull(row, ROW).readAllBytes(), UTF_8);
      answer = ("{\"Item\":" + item + "}").getBytes(UTF_8);
    }
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.0");
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
