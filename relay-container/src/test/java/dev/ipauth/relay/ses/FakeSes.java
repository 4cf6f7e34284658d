package dev.ipauth.relay.ses;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * SES's API as far as the relay uses it. It verifies each signature by Amazon's description of
 * Signature Version 4, with code of its own, over the octets that came.
 */
final class FakeSes implements AutoCloseable {
  static final String KEY = "AKIDEXAMPLE";
  static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

  /** An answer; with no body, the connection is dropped instead. */
  record Answer(int status, String error, String body, Map<String, String> headers) {
    Answer(int status, String error, String message) {
      this(status, error, "{\"message\":\"" + message + "\"}", Map.of());
    }
  }

  static final Answer TAKEN = new Answer(200, "", "{\"MessageId\":\"0100-1\"}", Map.of());

  /** Bodies of the messages that came, of those that aren't large. */
  final List<String> bodies = new CopyOnWriteArrayList<>();

  final AtomicInteger requests = new AtomicInteger();
  volatile Answer answer = TAKEN;
  volatile boolean drops;

  /** No answer before this. */
  volatile CountDownLatch answers = new CountDownLatch(0);

  volatile long lastLength;

  private final HttpServer server;

  FakeSes() throws IOException {
    this(null);
  }

  /**
   * @param tls null for plain HTTP
   */
  FakeSes(@Nullable SSLContext tls) throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    if (tls == null) {
      server = HttpServer.create(address, 0);
    } else {
      HttpsServer https = HttpsServer.create(address, 0);
      https.setHttpsConfigurator(new HttpsConfigurator(tls));
      server = https;
    }
    server.createContext("/v2/email/", this::serve);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  URI endpoint() {
    String scheme = server instanceof HttpsServer ? "https" : "http";
    return URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort());
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.incrementAndGet();
      Received received = receive(exchange.getRequestBody());
      lastLength = received.length();
      answers.await();
      if (drops) {
        return;
      }
      if (!isSigned(exchange, received.sha256())) {
        say(
            exchange,
            new Answer(403, "InvalidSignatureException", "The request signature doesn't match"));
        return;
      }
      if (received.length() < 1 << 20) {
        bodies.add(received.beginning());
      }
      say(exchange, answer);
    } catch (InterruptedException e) {
      throw new InterruptedIOException(e.getMessage());
    }
  }

  /** What came, of which no more is kept than its beginning. */
  private record Received(String beginning, long length, String sha256) {}

  private static Received receive(InputStream body) throws IOException {
    MessageDigest sha256 = sha256();
    byte[] piece = new byte[1 << 16];
    var beginning = new StringBuilder();
    long length = 0;
    for (int read = body.read(piece); read >= 0; read = body.read(piece)) {
      sha256.update(piece, 0, read);
      length += read;
      if (beginning.length() < 1 << 20) {
        beginning.append(new String(piece, 0, read, UTF_8));
      }
    }
    return new Received(beginning.toString(), length, HexFormat.of().formatHex(sha256.digest()));
  }

  private static void say(HttpExchange exchange, Answer answer) throws IOException {
    answer.headers().forEach(exchange.getResponseHeaders()::set);
    if (!answer.error().isEmpty()) {
      exchange
          .getResponseHeaders()
          .set("x-amzn-ErrorType", answer.error() + ":http://internal.amazon.com/coral/");
    }
    byte[] octets = answer.body().getBytes(UTF_8);
    exchange.sendResponseHeaders(answer.status(), octets.length);
    exchange.getResponseBody().write(octets);
  }

  // --- Signature Version 4 -----------------------------------------------------------------------

  private static boolean isSigned(HttpExchange exchange, String bodySha256) {
    String header = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    if (!header.startsWith("AWS4-HMAC-SHA256 ")) {
      return false;
    }
    Map<String, String> parts =
        Arrays.stream(header.substring("AWS4-HMAC-SHA256 ".length()).split(",\\s*"))
            .map(part -> part.split("=", 2))
            .collect(Collectors.toMap(sides -> sides[0], sides -> sides[1]));
    List<String> scope = List.of(parts.getOrDefault("Credential", "").split("/", -1));
    String date = String.valueOf(exchange.getRequestHeaders().getFirst("X-Amz-Date"));
    boolean mine =
        scope.size() == 5
            && scope.get(0).equals(KEY)
            && date.startsWith(scope.get(1))
            && scope.get(2).equals("eu-central-1")
            && scope.get(3).equals("ses");
    if (!mine) {
      return false;
    }
    String toSign =
        String.join(
            "\n",
            "AWS4-HMAC-SHA256",
            date,
            String.join("/", scope.subList(1, 5)),
            hex(sha256().digest(canonical(exchange, parts, bodySha256).getBytes(UTF_8))));
    byte[] key = hmac(("AWS4" + SECRET).getBytes(UTF_8), scope.get(1));
    for (String part : scope.subList(2, 5)) {
      key = hmac(key, part);
    }
    return hex(hmac(key, toSign)).equals(parts.get("Signature"));
  }

  private static String canonical(
      HttpExchange exchange, Map<String, String> parts, String bodySha256) {
    String names = parts.getOrDefault("SignedHeaders", "");
    var signed = new TreeMap<String, String>();
    for (String name : names.split(";", -1)) {
      signed.put(
          name, String.join(",", exchange.getRequestHeaders().getOrDefault(name, List.of())));
    }
    String headers =
        signed.entrySet().stream()
            .map(each -> each.getKey() + ":" + each.getValue().strip() + "\n")
            .collect(Collectors.joining());
    return String.join(
        "\n",
        exchange.getRequestMethod(),
        exchange.getRequestURI().getRawPath(),
        "",
        headers,
        names,
        bodySha256);
  }

  private static String hex(byte[] octets) {
    return HexFormat.of().formatHex(octets);
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
