package dev.ipauth.relay.oauth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** An issuer of access tokens, which gives out {@code token-1}, {@code token-2} and so on. */
public final class FakeIssuer implements AutoCloseable {

  /** What was asked, as forms. */
  public final List<Map<String, String>> requests = new CopyOnWriteArrayList<>();

  /** What is answered to the first, the second and so on. */
  public volatile IntFunction<Answer> answers = FakeIssuer::token;

  private final HttpServer server;
  private final String scheme;

  /** An answer; with no body it is never given. */
  public record Answer(int status, @Nullable String body, Map<String, String> headers) {
    public Answer(int status, @Nullable String body) {
      this(status, body, Map.of());
    }
  }

  /**
   * @param tls null for plain HTTP
   */
  public FakeIssuer(@Nullable SSLContext tls) throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    if (tls == null) {
      server = HttpServer.create(address, 0);
      scheme = "http";
    } else {
      HttpsServer https = HttpsServer.create(address, 0);
      https.setHttpsConfigurator(new HttpsConfigurator(tls));
      server = https;
      scheme = "https";
    }
    server.createContext("/token", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  public static Answer token(int number) {
    return new Answer(
        200,
        "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"access_token\":\"token-%s\"}"
            .formatted(number));
  }

  public URI url() {
    return URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort() + "/token");
  }

  private void answer(HttpExchange exchange) throws IOException {
    Answer answer;
    synchronized (requests) {
      requests.add(form(new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
      answer = answers.apply(requests.size());
    }
    String body = answer.body();
    if (body == null) {
      return;
    }
    answer.headers().forEach(exchange.getResponseHeaders()::set);
    byte[] octets = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(answer.status(), octets.length == 0 ? -1 : octets.length);
    exchange.getResponseBody().write(octets);
    exchange.close();
  }

  private static Map<String, String> form(String body) {
    return Arrays.stream(body.split("&"))
        .map(field -> field.split("=", 2))
        .collect(Collectors.toMap(sides -> sides[0], sides -> URLDecoder.decode(sides[1], UTF_8)));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
