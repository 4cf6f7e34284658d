package dev.ipauth.relay.ses;

import dev.ipauth.relay.http.HttpAnswer;
import dev.ipauth.relay.http.HttpApi;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;

/**
 * SES's API (v2). A request is signed over its body (Signature Version 4), which is read for that,
 * and then read again as it is sent: its client in the SDK would hold it in memory.
 *
 * <p>Thread-safe.
 */
final class SesApi implements AutoCloseable {
  private static final String SEND = "/v2/email/outbound-emails";
  private static final String ACCOUNT = "/v2/email/account";

  /** The JDK's client sets these itself. */
  private static final Set<String> ITS_OWN = Set.of("host", "content-length");

  /** A way out that is slower than this, in octets a second, is out of order. */
  private static final long SLOWEST = 100_000;

  private final SesSettings settings;
  private final AwsCredentialsProvider credentials;
  private final HttpApi http;

  /** No credentials were to be had for the relay. */
  static final class NoCredentials extends RuntimeException {
    private static final long serialVersionUID = 1;

    NoCredentials(Throwable cause) {
      super("no credentials for AWS: " + cause.getMessage(), cause);
    }
  }

  SesApi(SesSettings settings, AwsCredentialsProvider credentials) {
    this.settings = settings;
    this.credentials = credentials;
    this.http =
        new HttpApi(
            settings.endpoint().getHost(), settings.authorities(), settings.timeouts().connect());
  }

  ExecutorService threads() {
    return http.threads();
  }

  /** Sends a message, once. */
  CompletionStage<HttpAnswer> send(SendEmail email) {
    return CompletableFuture.supplyAsync(() -> signed(email), http.threads())
        .thenCompose(
            request -> {
              long octets = request.bodyPublisher().map(BodyPublisher::contentLength).orElse(0L);
              Duration onTheWay = Duration.ofSeconds(octets / SLOWEST);
              return http.send(request, settings.timeouts().finalDot().plus(onTheWay));
            });
  }

  /** Asks what the account may send, which costs nothing. */
  CompletionStage<HttpAnswer> account() {
    return CompletableFuture.completedStage(ACCOUNT)
        .thenApplyAsync(
            path -> request(sign(SdkHttpMethod.GET, path, null), path).GET().build(),
            http.threads())
        .thenCompose(request -> http.send(request, settings.timeouts().command()));
  }

  private HttpRequest signed(SendEmail email) {
    long octets = length(email);
    SdkHttpRequest signed = sign(SdkHttpMethod.POST, SEND, () -> opened(email));
    BodyPublisher body =
        BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> opened(email)), octets);
    return request(signed, SEND).POST(body).build();
  }

  private static long length(SendEmail email) {
    try (InputStream body = email.open()) {
      return body.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream opened(SendEmail email) {
    try {
      return email.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private SdkHttpRequest sign(
      SdkHttpMethod method, String path, @Nullable ContentStreamProvider body) {
    var request =
        SdkHttpFullRequest.builder()
            .method(method)
            .uri(url(path))
            .putHeader("Content-Type", "application/json")
            .build();
    AwsCredentials identity = identity();
    return AwsV4HttpSigner.create()
        .sign(
            signing -> {
              signing
                  .identity(identity)
                  .request(request)
                  .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "ses")
                  .putProperty(AwsV4HttpSigner.REGION_NAME, settings.region());
              if (body != null) {
                signing.payload(body);
              }
            })
        .request();
  }

  private AwsCredentials identity() {
    try {
      return credentials.resolveCredentials();
    } catch (SdkClientException e) {
      throw new NoCredentials(e);
    }
  }

  private URI url(String path) {
    return settings.endpoint().resolve(path);
  }

  private HttpRequest.Builder request(SdkHttpRequest signed, String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(url(path));
    for (Map.Entry<String, List<String>> header : signed.headers().entrySet()) {
      if (!ITS_OWN.contains(header.getKey().toLowerCase(Locale.ROOT))) {
        header.getValue().forEach(value -> request.header(header.getKey(), value));
      }
    }
    return request;
  }

  @Override
  public void close() {
    http.close();
  }
}
