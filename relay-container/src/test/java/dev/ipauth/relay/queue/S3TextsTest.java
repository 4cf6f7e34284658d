package dev.ipauth.relay.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** Texts in a bucket: asked over HTTP, with failures of the bucket's and answers that are lost. */
class S3TextsTest {
  private static final byte[] TEXT = "Subject: a scan\r\n\r\nHello.\r\n".getBytes(US_ASCII);

  /** What the bucket does with a request instead of answering it. */
  private enum Failure {
    UNAVAILABLE,
    ANSWER_LOST
  }

  private final Map<String, byte[]> objects = new TreeMap<>();
  private final Deque<Failure> failures = new ArrayDeque<>();
  private final HttpServer server;
  private final S3Texts texts;

  S3TextsTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/bucket", this::answer);
    server.start();
    var credentials = StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b"));
    texts =
        new S3Texts(
            S3Client.builder()
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .region(Region.EU_CENTRAL_1)
                .credentialsProvider(credentials)
                .endpointOverride(URI.create("http://127.0.0.1:" + server.getAddress().getPort()))
                .forcePathStyle(true)
                .build(),
            "bucket",
            "texts/");
  }

  @AfterEach
  void end() {
    texts.close();
    server.stop(0);
  }

  @Test
  void aTextIsThereAsItWasUntilItIsDeleted() throws IOException {
    texts.put("abc", Texts.Content.of(TEXT));
    assertArrayEquals(TEXT, objects.get("texts/abc"));
    try (InputStream in = texts.open("abc")) {
      assertArrayEquals(TEXT, in.readAllBytes());
    }
    texts.delete("abc");
    texts.delete("abc");

    assertThrows(FileNotFoundException.class, () -> texts.open("abc"));
    assertFalse(texts.isAlone());
  }

  @Test
  void allAreListedByTheirIdsAndNothingElseIs() throws IOException {
    texts.put("abc", Texts.Content.of(TEXT));
    texts.put("def", Texts.Content.of(TEXT));
    objects.put("another", TEXT);
    objects.put("texts/notes.txt", TEXT);
    objects.put("texts/older/abc", TEXT);

    var found = new ArrayList<String>();
    texts.forEach(text -> found.add(text.id() + " " + text.bytes()));

    assertEquals(List.of("abc " + TEXT.length, "def " + TEXT.length), found);
  }

  @Test
  void whatFailsOnceIsTriedAgain() throws IOException {
    failures.add(Failure.UNAVAILABLE);
    texts.put("abc", Texts.Content.of(TEXT));
    failures.add(Failure.ANSWER_LOST);
    texts.put("def", Texts.Content.of(TEXT));

    assertArrayEquals(TEXT, objects.get("texts/abc"));
    assertArrayEquals(TEXT, objects.get("texts/def"));
  }

  @Test
  void aBucketThatIsOutIsNoMissingText() {
    for (int i = 0; i < 50; i++) {
      failures.add(Failure.UNAVAILABLE);
    }

    assertThrows(IOException.class, () -> texts.put("abc", Texts.Content.of(TEXT)));
    assertFalse(
        assertThrows(IOException.class, () -> texts.open("abc")) instanceof FileNotFoundException);
    assertThrows(IOException.class, () -> texts.delete("abc"));
    assertThrows(IOException.class, () -> texts.forEach(_ -> {}));
  }

  // --- The bucket --------------------------------------------------------------------------------

  private synchronized void answer(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    Failure failure = failures.poll();
    if (failure == Failure.UNAVAILABLE) {
      say(exchange, 503, "<Error><Code>SlowDown</Code><Message>Slow down</Message></Error>");
      return;
    }
    String key =
        exchange.getRequestURI().getPath().substring("/bucket".length()).replaceFirst("/", "");
    switch (exchange.getRequestMethod()) {
      case "PUT" -> objects.put(key, decoded(exchange, body));
      case "DELETE" -> objects.remove(key);
      default -> {}
    }
    if (failure == Failure.ANSWER_LOST) {
      exchange.close();
      return;
    }
    switch (exchange.getRequestMethod()) {
      case "GET" -> get(exchange, key);
      case "DELETE" -> exchange.sendResponseHeaders(204, -1);
      default -> say(exchange, 200, "");
    }
    exchange.close();
  }

  private void get(HttpExchange exchange, String key) throws IOException {
    byte[] object = objects.get(key);
    if (key.isEmpty()) {
      say(exchange, 200, listing());
    } else if (object == null) {
      say(exchange, 404, "<Error><Code>NoSuchKey</Code><Message>None</Message></Error>");
    } else {
      exchange.sendResponseHeaders(200, object.length);
      exchange.getResponseBody().write(object);
    }
  }

  private String listing() {
    return objects.entrySet().stream()
        .filter(object -> object.getKey().startsWith("texts/"))
        .map(
            object ->
                "<Contents><Key>%s</Key><LastModified>2026-11-27T10:00:00.000Z</LastModified><Size>%s</Size></Contents>"
                    .formatted(object.getKey(), object.getValue().length))
        .collect(
            Collectors.joining(
                "", "<ListBucketResult><IsTruncated>false</IsTruncated>", "</ListBucketResult>"));
  }

  private static void say(HttpExchange exchange, int status, String text) throws IOException {
    byte[] octets = text.getBytes(US_ASCII);
    exchange.getResponseHeaders().set("Content-Type", "application/xml");
    exchange.sendResponseHeaders(status, octets.length == 0 ? -1 : octets.length);
    exchange.getResponseBody().write(octets);
    exchange.close();
  }

  /** Without the chunks' frames, where the SDK signs them (aws-chunked). */
  private static byte[] decoded(HttpExchange exchange, byte[] body) {
    String encoding = exchange.getRequestHeaders().getFirst("x-amz-decoded-content-length");
    if (encoding == null) {
      return body;
    }
    String framed = new String(body, US_ASCII);
    int begin = framed.indexOf("\r\n") + 2;
    return framed.substring(begin, begin + Integer.parseInt(encoding)).getBytes(US_ASCII);
  }
}
