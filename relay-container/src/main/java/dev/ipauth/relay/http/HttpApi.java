package dev.ipauth.relay.http;

import dev.ipauth.relay.tls.HttpsTrust;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One host that is asked over HTTPS. Redirects aren't followed: what is sent holds secrets that are
 * for that host alone.
 *
 * <p>Thread-safe; nothing here blocks.
 */
public final class HttpApi implements AutoCloseable {

  /** An answer says what went wrong, or holds a token; nothing of more octets is either. */
  private static final int LARGEST_ANSWER = 64 << 10;

  private final String host;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client;

  /**
   * Connects to nothing yet.
   *
   * @param authorities PEM file of certificates to trust beside the JDK's, null for the JDK's alone
   * @param connect how long a connection may take
   * @throws IllegalArgumentException when the authorities can't be read
   */
  public HttpApi(String host, @Nullable Path authorities, Duration connect) {
    this.host = host;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(connect)
            .sslContext(HttpsTrust.context(host, authorities))
            .executor(threads)
            .build();
  }

  /** For what blocks while a request is made. */
  public ExecutorService threads() {
    return threads;
  }

  /**
   * Sends one request, once.
   *
   * @param within how long until the answer is here to its last octet
   * @return completes on any thread, or fails with {@link HttpFault}
   */
  public CompletableFuture<HttpAnswer> send(HttpRequest request, Duration within) {
    var sent =
        client.sendAsync(
            request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST_ANSWER));
    CompletableFuture<HttpAnswer> answered =
        sent.thenApply(HttpApi::answer).orTimeout(within.toNanos(), TimeUnit.NANOSECONDS);
    // The connection is dropped with whatever is still under way on it.
    answered.whenComplete((_, _) -> sent.cancel(true));
    return answered.exceptionallyCompose(
        failure -> CompletableFuture.failedFuture(HttpFault.of(host, failure)));
  }

  private static HttpAnswer answer(HttpResponse<byte[]> response) {
    return new HttpAnswer(
        response.statusCode(), response.headers(), JsonFields.read(response.body()));
  }

  /** Drops whatever is under way. */
  @Override
  public void close() {
    client.shutdownNow();
    threads.shutdownNow();
  }
}
