package dev.ipauth.functions;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** An OpenID Connect provider's two documents, over HTTP, with the faults that HTTP has. */
final class IdentityProvider implements AutoCloseable {
  enum Mood {
    WELL,
    ERROR,
    GARBAGE,
    NO_KEYS,
    ENDLESS,
    SILENT,
    HANGING_UP
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicInteger readings = new AtomicInteger();
  private volatile String keys;
  private volatile Mood mood = Mood.WELL;

  IdentityProvider(ECKey key) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    keys = new JWKSet(key.toPublicJWK()).toString();
    String discovery = "{\"issuer\":\"%s\",\"jwks_uri\":\"%s/keys\"}".formatted(url(), url());
    server.createContext(
        "/.well-known/openid-configuration", exchange -> answer(exchange, 200, discovery));
    server.createContext("/keys", this::keys);
    server.setExecutor(threads);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  void publish(ECKey... published) {
    keys = new JWKSet(List.<JWK>of(published)).toPublicJWKSet().toString();
  }

  void becomes(Mood mood) {
    this.mood = mood;
  }

  /** How often the keys have been asked for. */
  int readings() {
    return readings.get();
  }

  private void keys(HttpExchange exchange) throws IOException {
    readings.incrementAndGet();
    switch (mood) {
      case WELL -> answer(exchange, 200, keys);
      case ERROR -> answer(exchange, 500, keys);
      case GARBAGE -> answer(exchange, 200, "<html>Sign in</html>");
      case NO_KEYS -> answer(exchange, 200, "{}");
      case ENDLESS -> answer(exchange, 200, " ".repeat(1 << 20) + keys);
      case SILENT -> waitForTheEnd();
      case HANGING_UP -> exchange.close();
    }
  }

  private void waitForTheEnd() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.close();
  }
}
