package dev.ipauth.relay.operation;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * The management port: {@code GET /health} (the process lives), {@code /ready} (it can serve mail
 * now; 503 and why when it can't), {@code /in-service} (it is to be given connections; likewise)
 * and {@code /metrics} (Prometheus' text format).
 */
public final class Management implements AutoCloseable {
  private static final Set<String> METHODS = Set.of("GET", "HEAD");
  private static final String PLAIN = "text/plain; charset=utf-8";
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Readiness readiness;
  private final Supplier<String> scrape;
  private final HttpServer server;

  static {
    boundConnections();
  }

  private record Answer(int status, String type, String body) {
    static Answer line(int status, String line) {
      return new Answer(status, PLAIN, line + "\n");
    }
  }

  /**
   * Begins to answer.
   *
   * @param scrape the metrics in Prometheus' text format
   * @throws UncheckedIOException when the port is taken or may not be opened
   */
  public Management(InetSocketAddress listen, Readiness readiness, Supplier<String> scrape) {
    this.readiness = readiness;
    this.scrape = scrape;
    try {
      server = HttpServer.create(listen, 0);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The management port " + listen.getPort() + " can't be opened: " + e.getMessage(), e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /**
   * The JDK's HTTP servers have no bounds of their own, and take file descriptors that devices
   * need. They read these once, when the process makes its first.
   */
  public static void boundConnections() {
    System.getProperties().putIfAbsent("jdk.httpserver.maxConnections", "500");
    System.getProperties().putIfAbsent("sun.net.httpserver.maxReqTime", "10");
  }

  /** Where it listens; the port is the one chosen where 0 was asked for. */
  public InetSocketAddress address() {
    return server.getAddress();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (METHODS.contains(exchange.getRequestMethod())) {
        say(exchange, answer(exchange.getRequestURI().getPath()));
      } else {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        say(exchange, Answer.line(405, "only GET and HEAD here"));
      }
    }
  }

  private Answer answer(String path) {
    return switch (path) {
      case "/health" -> Answer.line(200, "serving");
      case "/ready" -> unless(readiness.whyNot(), ready());
      case "/in-service" -> unless(readiness.whyNotInService(), "in service");
      case "/metrics" -> new Answer(200, PROMETHEUS, scrape.get());
      default -> Answer.line(404, "here are /health, /ready, /in-service and /metrics");
    };
  }

  private String ready() {
    return readiness.caveat().map(but -> "ready, but " + but).orElse("ready");
  }

  private static Answer unless(Optional<String> reason, String good) {
    return reason.map(why -> Answer.line(503, why)).orElseGet(() -> Answer.line(200, good));
  }

  private static void say(HttpExchange exchange, Answer answer) throws IOException {
    byte[] body = answer.body().getBytes(UTF_8);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.getResponseHeaders().set("Content-Type", answer.type());
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.sendResponseHeaders(answer.status(), head ? -1 : body.length);
    if (!head) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
